package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runbook, beside the backups and carried out. */
final class DrillTest {
  @TempDir Path folder;
  private TestCluster source;
  private Scene scene;

  @BeforeEach
  void aClusterOnTwoSites() throws Exception {
    source = TestCluster.of(PostgresMajor.newest()).start();
    TpcbLoad.prepare(source, 1);
    source.sql(
        "create tablespace fast location '"
            + ServerAccount.current().newTemporaryDirectory("hfts")
            + "'");
    source.sql("create table in_the_tablespace tablespace fast as select 1 as i");
    scene = new Scene(folder, source);
    scene.configure(
        """
        repository:
          sites:
            nas:
              path: nas
            offsite:
              path: offsite
        """,
        source);
    scene.succeed("init", "--non-interactive");
    Process receiver = scene.start("receiver.log", "wal", "receive", "main");
    try {
      source.await("select exists (select from pg_replication_slots where active)");
      scene.succeed("backup", "main");
      try (TpcbLoad load = TpcbLoad.start(source, 2)) {
        load.awaitCommits(50);
      }
      source.sql("select pg_switch_wal()");
      String last = source.query("select pg_current_wal_lsn()");
      source.await("select bool_and(restart_lsn >= '" + last + "') from pg_replication_slots");
    } finally {
      receiver.destroy();
      assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @AfterEach
  void stopTheServer() {
    source.close();
  }

  @Test
  void theRunbooksCommandsRestoreFromOneSiteWithNothingButTheKit() throws IOException {
    assertThat(scene.succeed("runbook", "main"))
        .contains("--tablespace fast=\"$DIR-fast\"")
        .contains("(lost-host)", "--take-over --start --site offsite", "not measured");
    scene.succeed("runbook", "main", "--publish");

    String lostHost = scene.succeed("prove", "main", "--drill", "--scratch", scratch());

    assertThat(lostHost)
        .contains("PASSED", "is equal", "by the runbook's commands for lost-host")
        .contains("key check", "status", "fetch", "recover");
    for (String site : List.of("nas", "offsite")) {
      assertThat(Files.readString(scene.at(site).resolve("runbook/main.md")))
          .as("written anew on " + site)
          .contains("drill, passed, from site offsite");
    }
    assertThat(left()).as("nothing is left, least of all the key").isEmpty();

    // As if the host and its first site were gone.
    Files.move(scene.at("nas"), scene.at("burnt"));
    for (String disaster : List.of("lost-disk", "lost-region", "dropped-table", "ransomware")) {
      String said =
          scene.succeed(
              "prove",
              "main",
              "--drill",
              "--disaster",
              disaster,
              "--site",
              "offsite",
              "--level",
              "restored",
              "--no-record",
              "--scratch",
              scratch());
      assertThat(said).contains("PASSED", "by the runbook's commands for " + disaster);
      assertThat(said.contains("is not, as it is to be"))
          .as(disaster + " goes back to a moment")
          .isEqualTo(List.of("dropped-table", "ransomware").contains(disaster));
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void aRunbookThatSomebodyChangedIsSaidAndNeverCarriedOut() throws IOException {
    scene.succeed("runbook", "main", "--publish");
    Path page = scene.at("offsite").resolve("runbook/main.md");
    Path witness = scene.at("witness");
    Files.writeString(
        page,
        Files.readString(page)
            .replace(
                "--take-over --start",
                "--set archive_command='touch " + witness + "' --take-over --start"));

    String said =
        scene.succeed(
            "prove",
            "main",
            "--drill",
            "--level",
            "restored",
            "--no-record",
            "--scratch",
            scratch());

    assertThat(said).contains("PASSED", "runbook.stale");
    assertThat(witness).doesNotExist();
  }

  @Test
  void whatADrillDecidesByItselfCannotBeSaid() {
    for (List<String> words :
        List.of(
            List.of("prove", "main", "--drill", "--at", "immediate"),
            List.of("prove", "main", "--drill", "--backup", "oldest"),
            List.of("prove", "main", "--disaster", "lost-host"),
            List.of("prove", "main", "--level", "restored", "--hook", "true"),
            List.of("prove", "main", "--level", "intact", "--keep"),
            List.of("prove", "main", "--drill", "--disaster", "flood"))) {
      BuiltProgram.Ran ran = scene.run(words.toArray(String[]::new));
      assertThat(ran.status()).as("%s", words).isEqualTo(2);
      assertThat(ran.err()).contains("HINT");
    }
  }

  private String scratch() {
    return scene.at("scratch").toString();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(scene.at("scratch"))) {
      return files.toList();
    }
  }
}
