package io.holdfast.operations.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunbookTest {
  @Test
  void aPageWithoutABackupSaysSoInEverySection() {
    String page = book(List.of(new Runbook.Site("repository", "/srv/backups", false))).page();

    assertThat(page).contains("**There is no backup.**", "**There is one site only.");
    for (Disaster disaster : Disaster.values()) {
      assertThat(page).contains("(" + disaster.word() + ")");
    }
  }

  @Test
  void namesOfOthersDoNotBecomeMarkdownOrCommands() {
    String page =
        book(List.of(new Runbook.Site("a", "/srv/`x`|y\n```sh\nholdfast key remove <b>", false)))
            .page();

    assertThat(page).contains("/srv/'x'\\|y?'''sh?holdfast key remove &lt;b>");
    assertThat(page.lines().filter(line -> line.startsWith("holdfast key remove"))).isEmpty();
  }

  @Test
  void commandsAreReadAsAShellReadsThem() {
    String page =
        """
        ## One (lost-disk)

        ```sh
        holdfast never
        ```

        ## Another (lost-host)

        words

        ```sh
        DIR='/srv/it'\\''s here'   # a remark
        TIME=now
        holdfast restore main --to "$DIR" --at "$TIME" --site 'a # b'   # and so on

        ```

        ```sh
        holdfast afterwards
        ```
        """;

    assertThat(RunbookCommands.of(page, Disaster.LOST_HOST, Map.of("TIME", "2026-11-27 10:00Z")))
        .containsExactly(
            List.of(
                "restore",
                "main",
                "--to",
                "/srv/it's here",
                "--at",
                "2026-11-27 10:00Z",
                "--site",
                "a # b"));
  }

  @Test
  void whatIsNoCommandOfHoldfastIsRefused() {
    String page = "## One (lost-host)\n```sh\nrm -rf /\n```\n";

    assertThatThrownBy(() -> RunbookCommands.of(page, Disaster.LOST_HOST, Map.of()))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("rm -rf /");
    assertThatThrownBy(() -> RunbookCommands.of(page, Disaster.LOST_DISK, Map.of()))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("lost-disk");
  }

  private static Runbook book(List<Runbook.Site> sites) {
    return new Runbook(
        "main",
        Instant.parse("2026-11-27T10:00:00Z"),
        "holdfast test",
        "id",
        true,
        sites,
        "nothing can be restored",
        List.of(),
        List.of());
  }
}
