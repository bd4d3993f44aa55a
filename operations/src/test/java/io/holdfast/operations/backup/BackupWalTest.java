package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverOptions;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.storage.Call;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who brings the WAL of a backup, and what if nobody does or the repository fails. */
class BackupWalTest {
  private static final PostgresMajor MAJOR = PostgresMajor.newest();

  @TempDir Path spool;

  @Test
  void aRunningReceiverBringsTheWal() {
    try (BackupRig rig = new BackupRig();
        TestCluster server = TestCluster.of(MAJOR).start();
        Receiver receiver = receive(server, rig)) {
      BackupOutcome outcome = rig.backUp(server);

      assertThat(outcome.details().window().walFrom()).isEqualTo("receiver");
      assertThat(receiver.state().timeline()).isEqualTo(1);
      assertThat(server.query("SELECT count(*) FROM pg_replication_slots")).isEqualTo("1");
      try (TestCluster copy = TestCluster.over(MAJOR, rig.materialise(outcome.manifest().id()))) {
        copy.start();
        copy.await("SELECT NOT pg_is_in_recovery()");
      }
    }
  }

  @Test
  void aReceiverThatBringsNothingIsReplaced() {
    try (BackupRig rig = new BackupRig();
        TestCluster server = TestCluster.of(MAJOR).start();
        Lease asleep = rig.cluster.acquire("wal-receive", LeaseOptions.of("asleep"))) {
      asleep.ensureHeld();

      BackupOutcome outcome =
          rig.backUp(server, change -> change.walPatience = Duration.ofSeconds(1));

      assertThat(outcome.details().window().walFrom()).isEqualTo("backup");
      assertThat(rig.warnings).anyMatch(line -> line.contains("receiving it here"));
      try (TestCluster copy = TestCluster.over(MAJOR, rig.materialise(outcome.manifest().id()))) {
        copy.start();
        copy.await("SELECT NOT pg_is_in_recovery()");
      }
    }
  }

  @Test
  void withoutItsWalThereIsNoBackup() {
    try (BackupRig rig = new BackupRig();
        TestCluster server = TestCluster.of(MAJOR).setting("max_replication_slots", "0").start();
        Lease asleep = rig.cluster.acquire("wal-receive", LeaseOptions.of("asleep"))) {
      asleep.ensureHeld();

      assertThatThrownBy(
              () -> rig.backUp(server, change -> change.walPatience = Duration.ofSeconds(1)))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> {
                assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED);
                assertThat(e.hint()).isPresent();
              })
          .hasMessageContaining("missing")
          .hasMessageContaining("receiving it here failed too");

      assertThat(rig.cluster.backupIds()).isEmpty();
      assertThat(rig.cluster.orphans()).isEmpty();
    }
  }

  /**
   * As when a virtual machine goes back to a snapshot: the archive has WAL under all the names and
   * positions of the backup, but it is that of the life that was undone.
   */
  @Test
  void aServerThatWasSetBackIsNotBackedUpOnTheWalOfItsOtherLife() throws Exception {
    try (BackupRig rig = new BackupRig();
        TestCluster server = TestCluster.of(MAJOR).create()) {
      Path data = server.dataDirectory();
      Path snapshot = data.resolveSibling("snapshot");
      copy(data, snapshot);
      server.start();
      server.sql("CREATE TABLE t AS SELECT 7 AS a");
      String second;
      try (Receiver receiver = receive(server, rig)) {
        rig.backUp(server);
        second = server.query("SELECT floor(extract(epoch FROM clock_timestamp()))");
        server.sql("CREATE TABLE u AS SELECT 8 AS a", "SELECT pg_switch_wal()");
        Lsn end = Lsn.parse(server.query("SELECT pg_current_wal_flush_lsn()"));
        assertThat(receiver.awaitDurable(end, Duration.ofSeconds(30))).isTrue();
      }
      server.stop();
      Files.move(data, data.resolveSibling("undone"));
      copy(snapshot, data);
      server.start();
      server.sql("CREATE TABLE t AS SELECT 9 AS a");
      // Checkpoints are told apart by their time, which counts seconds.
      server.await("SELECT floor(extract(epoch FROM clock_timestamp())) > " + second);

      try (Lease asleep = rig.cluster.acquire("wal-receive", LeaseOptions.of("asleep"))) {
        asleep.ensureHeld();
        assertThatThrownBy(() -> rig.backUp(server))
            .isInstanceOfSatisfying(
                HoldfastException.class,
                e -> assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED))
            .hasMessageContaining("found other WAL");
      }
      assertThatThrownBy(() -> rig.backUp(server)).isInstanceOf(HoldfastException.class);
      assertThat(rig.cluster.backupIds()).hasSize(1);
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    assertThat(new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start().waitFor())
        .isZero();
  }

  private Receiver receive(TestCluster server, BackupRig rig) {
    return Receiver.start(
        rig.cluster,
        ReceiverOptions.continuous(
            ConnectionSettings.parse(server.conninfo()), "holdfast", spool, Duration.ofMillis(200)),
        Progress.NONE,
        InstantSource.system());
  }

  /** A failure that hits the receiver is tried again; one that hits the copy ends the backup. */
  @ParameterizedTest
  @CsvSource({
    "APPEND,3",
    "APPEND,20",
    "WRITE,1",
    "WRITE,3",
    "COMMIT,1",
    "COMMIT,3",
    "CREATE,2",
    "CREATE,3"
  })
  void aRepositoryThatFailsLeavesAWholeBackupOrNoneAndTheNextOneWorks(Call call, int nth) {
    FaultyStorage faulty = FaultyStorage.over(Storages.memory("test"), 1);
    try (BackupRig rig = new BackupRig(faulty);
        TestCluster server = TestCluster.of(MAJOR).start()) {
      faulty.failing(call, nth, Fault.ERROR_BEFORE);

      boolean made = made(rig, server);

      assertThat(faulty.spent()).isTrue();
      faulty.heal();
      assertThat(rig.cluster.backupIds()).hasSize(made ? 1 : 0);
      new Backups(rig.cluster).removeOrphans(orphan -> {});
      assertThat(rig.cluster.orphans()).isEmpty();
      assertThat(rig.backUp(server).details().findings().clean()).isTrue();
      assertThat(Verification.run(rig.cluster, VerifyRequest.intact(), Progress.NONE).status())
          .isEqualTo(ExitStatus.DONE);
      server.await("SELECT count(*) = 0 FROM pg_replication_slots");
    }
  }

  private static boolean made(BackupRig rig, TestCluster server) {
    try {
      rig.backUp(server, change -> change.walPatience = Duration.ofSeconds(10));
      return true;
    } catch (HoldfastException e) {
      assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED);
      return false;
    }
  }

  @Test
  void aPgWalThatIsALinkComesBackAsADirectory() throws Exception {
    try (BackupRig rig = new BackupRig();
        TestCluster server = TestCluster.of(MAJOR).create()) {
      Path elsewhere = rig.newDirectory("wal");
      Path wal = server.dataDirectory().resolve("pg_wal");
      Files.move(wal, elsewhere.resolve("pg_wal"));
      Files.createSymbolicLink(wal, elsewhere.resolve("pg_wal"));
      server.start();
      server.sql("CREATE TABLE t AS SELECT 7 AS seven");

      BackupOutcome outcome = rig.backUp(server);

      Path data = rig.materialise(outcome.manifest().id());
      assertThat(data.resolve("pg_wal")).isDirectory();
      assertThat(Files.isSymbolicLink(data.resolve("pg_wal"))).isFalse();
      try (TestCluster copy = TestCluster.over(MAJOR, data)) {
        copy.start();
        copy.await("SELECT NOT pg_is_in_recovery()");
        assertThat(copy.query("SELECT seven FROM t")).isEqualTo("7");
      }
    }
  }
}
