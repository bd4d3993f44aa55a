package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the README promises, command by command, on every version. */
final class FirstTenMinutesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void aDroppedTableComesBack(PostgresMajor major) throws Exception {
    try (TestCluster source = TestCluster.of(major).start()) {
      TpcbLoad.prepare(source, 2);
      ClusterContent.installChecks(source);
      Scene scene = new Scene(folder, source);
      scene.succeed("init", "--non-interactive");

      String justBefore;
      Process receiver = scene.start("receiver.log", "wal", "receive", "main");
      try {
        source.await("select exists (select from pg_replication_slots where active)");
        try (TpcbLoad load = TpcbLoad.start(source, 2)) {
          load.awaitCommits(50);
          scene.succeed("backup", "main");
          load.awaitCommits(50);
          load.stop();
        }
        Map<String, ClusterContent.Fingerprint> before = ClusterContent.fingerprints(source);
        justBefore = source.query("select clock_timestamp()::text");
        source.sql("drop table accounts");
        source.sql("create table after_the_accident (id int)");
        source.sql("select pg_switch_wal()");

        restoreAndCompare(scene, major, before, justBefore);
      } finally {
        receiver.destroy();
        assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      }
      if (major == PostgresMajor.newest()) {
        itIsProvenAndTheGateSaysSo(scene);
        aServerRecoversWithoutTheRestore(scene, major, justBefore);
      }
      assertThat(scene.succeed("status")).contains("restorable from");
      assertThat(scene.succeed("verify", "--read-data")).contains("intact");
    }
  }

  private static void itIsProvenAndTheGateSaysSo(Scene scene) {
    BuiltProgram.Ran before = scene.run("check", "--max-age", "1h", "--proven-within", "1d");
    assertThat(before.status()).as("%s", before).isEqualTo(1);
    assertThat(before.out()).contains("ok").contains("NOT MET").contains("no such proof");
    assertThat(scene.succeed("status")).contains("never");

    assertThat(scene.succeed("prove", "main")).contains("PASSED").contains("is equal");

    assertThat(
            scene.succeed("check", "--max-age", "1h", "--proven-within", "1d", "--level", "equal"))
        .doesNotContain("NOT MET");
    assertThat(scene.succeed("status")).contains("is equal").contains("until it answered");
    assertThat(scene.succeed("backups", "list")).contains("equal, ");
    BuiltProgram.Ran tooOld =
        scene.run("check", "--max-age", "1s", "--copies", "2", "--format", "nagios");
    assertThat(tooOld.status()).isEqualTo(2);
    assertThat(tooOld.out()).startsWith("HOLDFAST CRITICAL - NOT MET main age");
    assertThat(scene.run("check").status()).as("nothing demanded").isEqualTo(2);
  }

  private static void restoreAndCompare(
      Scene scene,
      PostgresMajor major,
      Map<String, ClusterContent.Fingerprint> before,
      String justBefore)
      throws Exception {
    Path restored = scene.at("restored");
    awaitReachable(scene, restored, justBefore);
    scene.succeed(
        "restore", "main", "--to", restored.toString(), "--at", justBefore, "--start", "--json");
    end(restored);
    try (TestCluster copy = TestCluster.over(major, restored)) {
      copy.start();
      assertThat(ClusterContent.fingerprints(copy)).isEqualTo(before);
      assertThat(ClusterContent.damage(copy)).isEmpty();
    }
  }

  /** What recovery asks for its restore_command fetches, as the server's user. */
  private static void aServerRecoversWithoutTheRestore(
      Scene scene, PostgresMajor major, String moment) throws IOException {
    Path later = scene.at("later");
    scene.succeed("restore", "main", "--to", later.toString(), "--at", moment);
    scene.handOverTo(ServerAccount.current());
    try (TestCluster copy = TestCluster.over(major, later)) {
      copy.start();
      copy.await("select not pg_is_in_recovery()");
      assertThat(copy.query("select to_regclass('after_the_accident') is null")).isEqualTo("t");
      assertThat(copy.query("select to_regclass('accounts') is null")).isEqualTo("f");
    }
  }

  /** Ends the server that the restore has started. */
  private static void end(Path dataDirectory) throws Exception {
    String pid = Files.readAllLines(dataDirectory.resolve("postmaster.pid")).getFirst();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroy();
    server.onExit().get(1, TimeUnit.MINUTES);
  }

  /**
   * The receiver ships once a second: until the commit after the moment is there, it is refused.
   */
  private static void awaitReachable(Scene scene, Path restored, String moment) {
    BuiltProgram.Ran plan = null;
    for (int attempt = 0; attempt < 30; attempt++) {
      plan = scene.run("restore", "main", "--to", restored.toString(), "--at", moment, "--dry-run");
      if (plan.status() == 0) {
        return;
      }
    }
    throw new AssertionError("never reachable: " + plan);
  }
}
