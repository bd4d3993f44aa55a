package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuditedLineTest {
  private static String line(String... words) {
    return AuditedLine.of(List.of(words));
  }

  @Test
  void aLineCanBeTypedAgain() {
    assertThat(line("backup", "main", "--kind", "logical"))
        .isEqualTo("holdfast backup main --kind logical");
    assertThat(line("restore", "--at", "2026-11-22 10:14:00+01"))
        .isEqualTo("holdfast restore --at '2026-11-22 10:14:00+01'");
    assertThat(line("--run-id=ab", "--passphrase-file=/etc/p"))
        .isEqualTo("holdfast --passphrase-file=/etc/p");
  }

  @Test
  void whatLooksLikeASecretIsLeftOut() {
    for (String told :
        List.of(
            line("init", "--connection", "host=db password=canary user=x"),
            line("init", "--connection", "host=db password='canary \\' canary'"),
            line("dump", "restore", "--server", "postgresql://eve:canary@db/shop"),
            line("dump", "restore", "--server", "postgresql://db/shop?user=e&password=canary"),
            line("init", "--connection=host=db Password = canary"),
            line("restore", "--set", "primary_conninfo=host=a passwd=canary"),
            line("init", "--passphrase-command", "canary"))) {
      assertThat(told).doesNotContain("canary").contains("…");
    }
    assertThat(line("init", "--connection", "host=db password=canary user=x"))
        .contains("host=db", "user=x");
  }

  @Test
  void aLineHasAnEnd() {
    assertThat(line("x".repeat(10_000)).length()).isLessThan(4100);
  }
}
