package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tracked backup that is killed leaves no backup, no fault, and nothing in the way of the next
 * one.
 */
final class KilledBackupTest {
  private static final int KILLS = 15;

  @TempDir Path folder;

  @Test
  void killedAtAnyMomentABackupLeavesNothingBehindThatHurts() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      TpcbLoad.prepare(source, 4);
      Scene scene = new Scene(folder, source);
      scene.succeed("init", "--non-interactive");
      long began = System.nanoTime();
      scene.succeed("backup", "main");
      long whole = System.nanoTime() - began;

      long seed = new Random().nextLong();
      Random moments = new Random(seed);
      for (int kill = 0; kill < KILLS; kill++) {
        source.sql("UPDATE accounts SET balance = balance + 1 WHERE aid % 97 = " + kill);
        Process backup = scene.start("killed.log", "backup", "main");
        if (!backup.waitFor((long) (moments.nextDouble() * whole), TimeUnit.NANOSECONDS)) {
          backup.destroyForcibly().waitFor();
        }
      }

      assertThat(scene.run("verify", "--read-data").status()).as("seed %s", seed).isZero();
      source.await("SELECT count(*) = 0 FROM pg_replication_slots");
      source.await(
          "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'");
      // Nothing holds WAL between backups here, and each killed one made a checkpoint: the WAL
      // since
      // the parent may be gone, and then a scan that says so is right. The one after it has all.
      scene.succeed("backup", "main");
      assertThat(scene.succeed("backups", "show", "latest"))
          .as("seed %s", seed)
          .containsAnyOf("tracked", "scan: compared with backup");
      scene.succeed("backup", "main");
      assertThat(scene.succeed("backups", "show", "latest"))
          .as("seed %s", seed)
          .contains("tracked");
      assertThat(scene.run("verify", "--read-data").status()).as("seed %s", seed).isZero();
      assertThat(scene.succeed("backups", "delete", "--leftovers", "--cluster", "main"))
          .as("seed %s", seed)
          .contains("would delete leftover");
      scene.succeed("backups", "delete", "--leftovers", "--yes", "--cluster", "main");
      assertThat(scene.succeed("backups", "delete", "--leftovers", "--cluster", "main"))
          .contains("There are no leftovers.");
      assertThat(scene.run("verify", "--read-data").status()).as("seed %s", seed).isZero();
    }
  }
}
