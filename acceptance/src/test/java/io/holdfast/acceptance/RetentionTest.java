package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/retention.md promises, with the built program. */
final class RetentionTest {
  /** Exit status: refused for safety. */
  private static final int REFUSED = 3;

  private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9]{4}");

  @TempDir Path folder;

  @Test
  void whatIsNotKeptGoesInTwoStepsAndTheRestRestores() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      TpcbLoad.prepare(source, 1);
      ClusterContent.installChecks(source);
      Scene scene = new Scene(folder, source);
      scene.succeed("init", "--non-interactive");
      Process receiver = scene.start("receiver.log", "wal", "receive", "main");
      try {
        source.await("select exists (select from pg_replication_slots where active)");
        for (int i = 0; i < 4; i++) {
          try (TpcbLoad load = TpcbLoad.start(source, 1)) {
            load.awaitCommits(20);
            load.stop();
          }
          source.query("select pg_switch_wal()");
          scene.succeed("backup", "main");
        }
        List<String> all = ids(scene.succeed("backups", "list"));
        assertThat(all).hasSize(4);
        withoutAPolicyNothingHappens(scene);
        removedAndBack(scene, all);
        purged(scene, all);
        assertThat(scene.succeed("verify", "--read-data", "--wal")).contains("intact");
        restored(scene, source);
      } finally {
        receiver.destroy();
        assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      }
    }
  }

  private static void withoutAPolicyNothingHappens(Scene scene) {
    BuiltProgram.Ran refused = scene.run("prune", "--yes");
    assertThat(refused.status()).isEqualTo(REFUSED);
    assertThat(refused.err()).contains("retention: { within: 7d, weekly: 4 }");
    assertThat(scene.succeed("status")).contains("none: nothing is ever removed");
  }

  private static void removedAndBack(Scene scene, List<String> all) throws IOException {
    retention(scene, "{ last: 2, grace: 1h }");
    String plan = scene.succeed("prune", "--dry-run");
    assertThat(plan)
        .contains("main keeps last 2", "keep 2 backups", "remove 2 backups", "beyond last 2")
        .contains("Nothing was removed yet");
    assertThat(ids(scene.succeed("backups", "list"))).isEqualTo(all);
    assertThat(scene.succeed("prune", "--preview", "30d", "--every", "1d"))
        .contains("there will be", "in 30d", "to come");

    assertThat(scene.succeed("prune", "main", "--yes")).contains("removed 2 backups");
    assertThat(ids(scene.succeed("backups", "list"))).isEqualTo(all.subList(2, 4));
    assertThat(ids(scene.succeed("backups", "list", "--all"))).isEqualTo(all);
    assertThat(scene.succeed("status")).contains("2 backups", "wait to be purged");
    assertThat(scene.run("doctor").out()).contains("keeps last 2", "2 wait to be purged");

    scene.succeed("backups", "undelete", all.getFirst());
    scene.succeed(
        "backups", "pin", all.getFirst(), "--reason", "the first of all", "--until", "2099-12-31");
    assertThat(scene.succeed("prune", "--yes")).contains("pinned: the first of all");
    assertThat(scene.succeed("backups", "show", all.getFirst())).contains("the first of all");
    BuiltProgram.Ran refused = scene.run("backups", "delete", all.getFirst(), "--yes", "--force");
    assertThat(refused.status()).isEqualTo(REFUSED);
    assertThat(refused.err()).contains("pinned: the first of all");
  }

  /** The second is purged while the pinned first stays; then that too, and its WAL. */
  private static void purged(Scene scene, List<String> all) throws IOException {
    scene.succeed("backups", "undelete", all.get(1));
    retention(scene, "{ last: 2, grace: 0s }");
    assertThat(scene.succeed("prune", "--yes", "--json"))
        .contains("\"purge\":[\"" + all.get(1) + "\"]", "\"walObjects\":");
    assertThat(ids(scene.succeed("backups", "list", "--all")))
        .containsExactly(all.getFirst(), all.get(2), all.get(3));
    scene.succeed("backups", "unpin", all.getFirst());
    assertThat(scene.succeed("prune", "--yes"))
        .contains("purged   " + all.getFirst(), "WAL objects");
    assertThat(ids(scene.succeed("backups", "list", "--all"))).isEqualTo(all.subList(2, 4));
  }

  private static void restored(Scene scene, TestCluster source) throws Exception {
    Map<String, ClusterContent.Fingerprint> before = ClusterContent.fingerprints(source);
    source.query("select pg_switch_wal()");
    scene.succeed("backup", "main");
    Path restored = scene.at("restored");
    scene.succeed("restore", "main", "--to", restored.toString(), "--start");
    String pid = Files.readAllLines(restored.resolve("postmaster.pid")).getFirst();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroy();
    server.onExit().get(1, TimeUnit.MINUTES);
    try (TestCluster copy = TestCluster.over(source.major(), restored)) {
      copy.start();
      assertThat(ClusterContent.fingerprints(copy)).isEqualTo(before);
    }
  }

  private static void retention(Scene scene, String text) throws IOException {
    Path file = scene.at("holdfast.yaml");
    String before = Files.readString(file).replaceAll("(?m)^retention:.*\n", "");
    Files.writeString(file, before + "retention: " + text + "\n");
  }

  private static List<String> ids(String output) {
    return ID.matcher(output).results().map(MatchResult::group).distinct().toList();
  }
}
