package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.postgres.PostgresException;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.storage.ObjectKey;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not become a backup, and what must be said of one. */
class PhysicalBackupOnBadDaysTest {
  private static final PostgresMajor MAJOR = PostgresMajor.newest();

  private final BackupRig rig = new BackupRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aDamagedPageIsReportedAndTheBackupKept() throws IOException {
    try (TestCluster server = TestCluster.of(MAJOR).start()) {
      server.sql(
          "CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 20000) g",
          "CHECKPOINT");
      String path = server.query("SELECT pg_relation_filepath('t')");
      server.stop();
      damage(server.dataDirectory().resolve(path), 3 * 8192 + 4000);
      server.start();

      BackupOutcome outcome = rig.backUp(server);

      assertThat(outcome.details().findings().damaged()).containsExactly(new DamagedPage(path, 3));
      assertThat(rig.warnings).anyMatch(line -> line.contains(path + " block 3"));
      assertThat(new Backups(rig.cluster).list().getFirst().physical().orElseThrow().findings())
          .isEqualTo(outcome.details().findings());
    }
  }

  @Test
  void aServerThatIsKilledMeanwhileLeavesNoBackup() {
    try (TestCluster server = TestCluster.of(MAJOR).start()) {
      AtomicBoolean killed = new AtomicBoolean();
      Progress killer =
          new OnFirstBytes(() -> {
            if (killed.compareAndSet(false, true)) {
              server.kill();
            }
          });

      assertThatThrownBy(() -> backUp(server, killer))
          .isInstanceOf(PostgresException.class)
          .satisfies(e -> assertThat(((HoldfastException) e).hint()).isPresent());

      assertNothingLeft();
    }
  }

  @Test
  void aStandbyThatIsPromotedMeanwhileLeavesNoBackup() {
    try (TestCluster primary = TestCluster.of(MAJOR).start();
        TestCluster standby = primary.standby()) {
      AtomicBoolean promoted = new AtomicBoolean();
      Progress promoter =
          new OnFirstBytes(() -> {
            if (promoted.compareAndSet(false, true)) {
              standby.promote();
            }
          });

      assertThatThrownBy(() -> backUp(standby, promoter))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("promoted");

      assertNothingLeft();
    }
  }

  @Test
  void aSecondBackupOfTheClusterHasToWait() {
    try (TestCluster server = TestCluster.of(MAJOR).start();
        var lease = rig.cluster.acquire("backup", LeaseOptions.of("test"))) {
      assertThat(lease).isNotNull();
      assertThatThrownBy(() -> rig.backUp(server))
          .isInstanceOfSatisfying(
              LeaseHeldException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.LEASE_HELD));
    }
  }

  @Test
  void anotherServersDirectoryIsRefused() {
    try (TestCluster server = TestCluster.of(MAJOR).start();
        TestCluster other = TestCluster.of(MAJOR).start()) {
      assertThatThrownBy(() ->
              rig.backUp(
                  server,
                  change -> change.dataDirectory = java.util.Optional.of(other.dataDirectory())))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining(other.dataDirectory().toString())
          .satisfies(e -> assertThat(((HoldfastException) e).hint()).isPresent());
    }
  }

  @Test
  void aStandbysDirectoryIsNotItsPrimarysDespiteTheSameIdentifier() {
    try (TestCluster primary = TestCluster.of(MAJOR).start();
        TestCluster standby = primary.standby()) {
      assertThatThrownBy(() ->
              rig.backUp(
                  primary,
                  change -> change.dataDirectory = java.util.Optional.of(standby.dataDirectory())))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining(standby.dataDirectory().toString());
    }
  }

  @Test
  void anotherServerUnderTheSameNameIsRefusedUnlessToldSo() {
    try (TestCluster first = TestCluster.of(MAJOR).start()) {
      rig.backUp(first);
    }
    try (TestCluster second = TestCluster.of(MAJOR).start()) {
      assertThatThrownBy(() -> rig.backUp(second))
          .isInstanceOfSatisfying(
              HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
          .hasMessageContaining("system identifier");

      rig.backUp(second, change -> change.newSystem = true);
      rig.backUp(second);
      assertThat(rig.cluster.backupIds()).hasSize(3);
    }
  }

  @Test
  void anInterruptedBackupIsCleanedUp() {
    try (TestCluster server = TestCluster.of(MAJOR).start()) {
      Thread main = Thread.currentThread();

      assertThatThrownBy(() -> backUp(server, new OnFirstBytes(main::interrupt)))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.INTERRUPTED));

      assertThat(Thread.interrupted()).isTrue();
      assertNothingLeft();
      rig.backUp(server);
    }
  }

  @Test
  void aTablespaceThatIsCreatedMeanwhileLeavesNoBackup() {
    Path place = rig.newDirectory("late");
    try (TestCluster server = TestCluster.of(MAJOR).start()) {
      AtomicBoolean done = new AtomicBoolean();
      Progress creator =
          new OnFirstBytes(() -> {
            if (done.compareAndSet(false, true)) {
              server.sql("CREATE TABLESPACE late LOCATION '" + place + "'");
            }
          });

      assertThatThrownBy(() -> backUp(server, creator))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("late was created meanwhile at " + place)
          .satisfies(e -> assertThat(((HoldfastException) e).hint()).isPresent());

      assertNothingLeft();
      assertThat(rig.backUp(server).details().tablespaces()).hasSize(1);
    }
  }

  @Test
  void aDatabaseThatIsMovedMeanwhileLeavesNoBackup() {
    try (TestCluster server =
        TestCluster.of(MAJOR).setting("allow_in_place_tablespaces", "on").start()) {
      server.sql("CREATE TABLESPACE aside LOCATION ''", "CREATE DATABASE mobile");
      AtomicBoolean done = new AtomicBoolean();
      Progress mover =
          new OnFirstBytes(() -> {
            if (done.compareAndSet(false, true)) {
              server.sql("ALTER DATABASE mobile SET TABLESPACE aside");
            }
          });

      assertThatThrownBy(() -> backUp(server, mover))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("mobile was moved to another tablespace");

      assertNothingLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER DATABASE mobile SET TABLESPACE pg_default; ALTER DATABASE mobile SET TABLESPACE"
            + " aside",
        "CREATE DATABASE copied TEMPLATE mobile STRATEGY FILE_COPY; DROP DATABASE mobile"
      })
  void aDatabaseThatRecoveryWouldMakeFromTheWrongFilesLeavesNoBackup(String meanwhile) {
    try (TestCluster server =
        TestCluster.of(MAJOR).setting("allow_in_place_tablespaces", "on").start()) {
      server.sql("CREATE TABLESPACE aside LOCATION ''", "CREATE DATABASE mobile TABLESPACE aside");
      assertThatThrownBy(() -> backUp(server, doing(server, meanwhile)))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("expected databases to stay as they were");
      assertNothingLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE DATABASE copied TEMPLATE mobile STRATEGY FILE_COPY",
        "CREATE DATABASE copied TEMPLATE mobile STRATEGY FILE_COPY; DROP DATABASE copied;"
            + " DROP DATABASE mobile",
        "CREATE DATABASE copied TEMPLATE mobile STRATEGY WAL_LOG; DROP DATABASE mobile"
      })
  void databasesMayComeAndGoMeanwhile(String meanwhile) {
    try (TestCluster server = TestCluster.of(MAJOR).setting("autovacuum", "off").start()) {
      server.sql("CREATE DATABASE mobile");
      backUp(server, doing(server, meanwhile));
      assertThat(rig.cluster.backupIds()).hasSize(1);
    }
  }

  @Test
  void databasesThatComeAndGoOnThePrimaryAreSeenInTheBackupOfItsStandby() {
    try (TestCluster primary = TestCluster.of(MAJOR).start()) {
      primary.sql("CREATE DATABASE mobile");
      try (TestCluster standby = primary.standby()) {
        standby.awaitReplayOf(primary);
        backUp(
            standby,
            doing(
                primary,
                "CREATE DATABASE copied TEMPLATE mobile STRATEGY FILE_COPY",
                () -> standby.awaitReplayOf(primary)));
        assertThat(rig.cluster.backupIds()).hasSize(1);

        assertThatThrownBy(() ->
                backUp(
                    standby,
                    doing(
                        primary,
                        "CREATE DATABASE again TEMPLATE mobile STRATEGY FILE_COPY;"
                            + " DROP DATABASE mobile",
                        () -> standby.awaitReplayOf(primary))))
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("expected databases to stay as they were");
        assertThat(rig.cluster.backupIds()).hasSize(1);
      }
    }
  }

  private static Progress doing(TestCluster server, String statements) {
    return doing(server, statements, () -> {});
  }

  private static Progress doing(TestCluster server, String statements, Runnable andThen) {
    AtomicBoolean done = new AtomicBoolean();
    return new OnFirstBytes(() -> {
      if (done.compareAndSet(false, true)) {
        server.sql(statements.split("; "));
        andThen.run();
      }
    });
  }

  @Test
  void aManifestThatCannotBeReadForbidsNoOtherBackup() {
    try (TestCluster server = TestCluster.of(MAJOR).start()) {
      BackupId id = rig.backUp(server).manifest().id();
      ObjectKey manifest = ObjectKey.of("clusters/main/backups/" + id + ".manifest");
      byte[] bytes = rig.storage.read(manifest).content();
      bytes[bytes.length / 2] ^= 1;
      rig.storage.delete(manifest);
      rig.storage.create(manifest, bytes);

      BackupId next = rig.backUp(server).manifest().id();

      List<BackupId> unreadable = new ArrayList<>();
      assertThat(new Backups(rig.cluster).list((one, why) -> unreadable.add(one)))
          .extracting(BackupSummary::id)
          .containsExactly(next);
      assertThat(unreadable).containsExactly(id);
    }
  }

  @Test
  void whatComesAndGoesAndGrowsMeanwhileDoesNotDisturb() {
    try (TestCluster server =
        TestCluster.of(MAJOR).setting("allow_in_place_tablespaces", "on").start()) {
      for (int i = 0; i < 50; i++) {
        server.sql("CREATE TABLE t" + i + " AS SELECT 1");
      }
      server.sql(
          "CREATE DATABASE gone",
          "CREATE TABLE grows AS SELECT g FROM generate_series(1, 1000) g",
          "CREATE TABLE shrinks AS SELECT g FROM generate_series(1, 100000) g",
          "DELETE FROM shrinks WHERE g > 10");
      AtomicBoolean done = new AtomicBoolean();
      Progress dropper =
          new OnFirstBytes(() -> {
            if (done.compareAndSet(false, true)) {
              for (int i = 0; i < 50; i++) {
                server.sql("DROP TABLE t" + i);
              }
              server.sql(
                  "DROP DATABASE gone",
                  "CREATE TABLESPACE aside LOCATION ''",
                  "CREATE DATABASE late TABLESPACE aside",
                  "CREATE DATABASE later STRATEGY file_copy",
                  "INSERT INTO grows SELECT g FROM generate_series(1001, 200000) g",
                  "VACUUM shrinks",
                  "CHECKPOINT");
            }
          });

      BackupOutcome outcome = backUp(server, dropper);

      try (TestCluster copy = TestCluster.over(MAJOR, rig.materialise(outcome.manifest().id()))) {
        copy.start();
        copy.await("SELECT NOT pg_is_in_recovery()");
        assertThat(copy.query("SELECT count(*) FROM pg_class WHERE relname ~ '^t\\d'"))
            .isEqualTo("0");
        assertThat(copy.databases()).contains("late", "later").doesNotContain("gone");
        assertThat(copy.query("SELECT count(*) FROM grows")).isEqualTo("200000");
        assertThat(copy.query("SELECT count(*) FROM shrinks")).isEqualTo("10");
        assertThat(ClusterContent.damage(copy)).isEmpty();
      }
    }
  }

  private BackupOutcome backUp(TestCluster server, Progress progress) {
    return PhysicalBackup.run(
        rig.cluster,
        BackupRig.request(server).but(change -> change.bytesPerSecond = 20 << 20),
        progress,
        InstantSource.system());
  }

  private void assertNothingLeft() {
    assertThat(rig.cluster.backupIds()).isEmpty();
    assertThat(rig.cluster.orphans()).isEmpty();
    assertThat(rig.cluster.holder("backup")).isEmpty();
  }

  private static void damage(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) ~one.get(0)).rewind();
      channel.write(one, at);
    }
  }

  /** Does something as soon as the first bytes were copied. */
  private record OnFirstBytes(Runnable action) implements Progress {
    @Override
    public void begin(String task, long totalBytes) {}

    @Override
    public void advance(long bytes) {
      action.run();
    }

    @Override
    public void end() {}

    @Override
    public void note(String line) {}

    @Override
    public void warn(String line) {}
  }
}
