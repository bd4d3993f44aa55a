package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
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
        String justBefore = source.query("select clock_timestamp()::text");
        source.sql("drop table accounts");
        source.sql("create table after_the_accident (id int)");
        source.sql("select pg_switch_wal()");

        restoreAndCompare(scene, major, before, justBefore);
        if (major == PostgresMajor.newest()) {
          recoveryGoesOnWithoutTheRestore(scene, source);
        }
      } finally {
        receiver.destroy();
        assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      }
      assertThat(scene.succeed("status")).contains("restorable from");
      assertThat(scene.succeed("verify", "--read-data")).contains("intact");
    }
  }

  private static void restoreAndCompare(
      Scene scene,
      PostgresMajor major,
      Map<String, ClusterContent.Fingerprint> before,
      String justBefore) {
    Path restored = scene.at("restored");
    awaitReachable(scene, restored, justBefore);
    scene.succeed(
        "restore", "main", "--to", restored.toString(), "--at", justBefore, "--start", "--json");
    try (TestCluster copy = TestCluster.over(major, restored)) {
      assertThat(ClusterContent.fingerprints(copy)).isEqualTo(before);
      assertThat(ClusterContent.damage(copy)).isEmpty();
    }
  }

  /**
   * Whoever restored and started it has ended; what a standby asks for then, its restore_command
   * fetches by a process of its own.
   */
  private static void recoveryGoesOnWithoutTheRestore(Scene scene, TestCluster source)
      throws Exception {
    Path standby = scene.at("standby");
    scene.succeed("restore", "main", "--to", standby.toString(), "--standby", "--start");
    try (TestCluster copy = TestCluster.over(source.major(), standby)) {
      source.sql("create table written_later as select 42 as x");
      source.query("select pg_switch_wal()");
      copy.await("select to_regclass('written_later') is not null");
      assertThat(copy.query("select x from written_later")).isEqualTo("42");
      assertThat(copy.query("select pg_is_in_recovery()")).isEqualTo("t");
    }
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
