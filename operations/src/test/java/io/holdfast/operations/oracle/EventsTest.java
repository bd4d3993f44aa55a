package io.holdfast.operations.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a server and to its repository between two backups, beside the weather. */
@Timeout(1200)
final class EventsTest {
  /** Has programs that the embedded servers lack, and more ways to compress. */
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql/15");

  private static final int WAL_PAGE = 8192;
  private static final int OVERWRITTEN_CONTINUATION = 8;

  private static Generations of(PostgresMajor major, boolean checksums) {
    return new Generations(
        TestCluster.of(major).checksums(checksums).setting("wal_keep_size", "1GB"), 7, 1, true);
  }

  @Test
  void aCrashInTheMiddleOfARecordIsNoGap() throws Exception {
    try (Generations generations =
        new Generations(
            TestCluster.of(PostgresMajor.V15)
                .walSegmentMegabytes(1)
                .setting("wal_keep_size", "1GB")
                .checksums(false),
            7,
            1,
            true)) {
      TestCluster server = generations.server;
      generations.inCalm("full");
      generations.storm.blow();
      for (int attempt = 0; attempt < 20 && !hasOverwrittenContinuation(server); attempt++) {
        crashWhileWriting(server);
      }
      assertThat(hasOverwrittenContinuation(server)).isTrue();
      generations.storm.blow();
      generations.inCalm("tracked");
    }
  }

  /** Records so long that it most likely dies within one. */
  private static void crashWhileWriting(TestCluster server) throws InterruptedException {
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  server.sql("SELECT pg_logical_emit_message(false, 'm', repeat('x', 9000000))");
                }
              } catch (IllegalStateException e) {
                // The server was killed.
              }
            });
    server.await(
        "SELECT pg_current_wal_flush_lsn() > '"
            + server.query("SELECT pg_current_wal_flush_lsn()")
            + "'::pg_lsn + 3000000");
    server.kill();
    writer.join(TimeUnit.MINUTES.toMillis(1));
    server.start();
  }

  private static boolean hasOverwrittenContinuation(TestCluster server) throws IOException {
    try (Stream<Path> files = Files.list(server.dataDirectory().resolve("pg_wal"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at + WAL_PAGE <= bytes.length; at += WAL_PAGE) {
          if ((bytes[at + 2] & OVERWRITTEN_CONTINUATION) != 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Test
  void aStandbyIsFollowedThroughItsPromotion() {
    try (Generations generations =
            new Generations(TestCluster.of(PostgresMajor.V17).checksums(true), 7, 1, false);
        TestCluster standby = generations.server.standby()) {
      TestCluster primary = generations.server;
      BackupOutcome first = inCalm(generations, primary, standby, "full");
      assertThat(first.details().window().fromStandby()).isTrue();
      generations.storm.blow();
      inCalm(generations, primary, standby, "tracked");

      generations.storm.blow();
      standby.awaitReplayOf(primary);
      generations.ground.awaitWal(primary);
      primary.stop();
      standby.promote();
      generations.ground.receiveFrom(standby);
      generations.storm.moveTo(standby);
      generations.storm.blow();
      BackupOutcome promoted = generations.inCalm(standby, "tracked", change -> {});
      assertThat(promoted.details().window().startTimeline()).isEqualTo(2);
      generations.storm.blow();
      generations.inCalm(standby, "tracked", change -> {});
    }
  }

  /** So that both have on disk what they know. */
  private static BackupOutcome inCalm(
      Generations generations, TestCluster primary, TestCluster standby, String expected) {
    primary.sql("CHECKPOINT");
    standby.awaitReplayOf(primary);
    return generations.inCalm(standby, expected, change -> {});
  }

  @Test
  void aBackupOfABranchThatWasGivenUpIsOnlyComparedWith() {
    try (Generations generations = of(PostgresMajor.V16, true)) {
      TestCluster server = generations.server;
      BackupOutcome first = generations.inCalm("full");
      server.query("SELECT pg_create_restore_point('here')");
      server.query("SELECT pg_switch_wal()");
      // Its replay would reach for the tablespaces of the running server: the target lies before.
      generations.storm.blow();
      BackupOutcome undone = generations.inCalm("tracked");
      generations.ground.awaitWal(server);
      server.stop();
      try (TestCluster successor =
          generations.ground.restore(first, new RecoveryTarget.Named("here"), server, true)) {
        generations.ground.receiveFrom(successor);
        generations.storm.beginAgainOver(successor);
        generations.storm.blow();
        BackupOutcome second = generations.inCalm(successor, "scan", change -> {});
        assertThat(second.manifest().parent()).contains(undone.manifest().id());
        assertThat(second.details().changes().why()).contains("after timeline 1 was left");
        // The successor was started after the first one, and never had the WAL since.
        BackupOutcome third =
            generations.inCalm(
                successor, "scan", change -> change.parent = Optional.of(first.manifest().id()));
        assertThat(third.details().changes().why()).contains("was started again since");
        generations.storm.blow();
        generations.inCalm(successor, "tracked", change -> {});
      }
    }
  }

  @Test
  void checksumsThatWereSwitchedOnMakeItCompare() throws Exception {
    try (Generations generations = of(PostgresMajor.V15, false)) {
      generations.inCalm("full");
      generations.server.stop();
      run("pg_checksums", "--enable", "--no-sync", "-D", data(generations));
      generations.server.start();
      generations.storm.blow();
      BackupOutcome second = generations.inCalm("scan");
      assertThat(second.details().changes().why()).contains("checksums were switched on");
      generations.storm.blow();
      generations.inCalm("tracked");
    }
  }

  @Test
  void aLogThatWasBegunAnewMakesItCompare() throws Exception {
    try (Generations generations = of(PostgresMajor.V15, true)) {
      generations.inCalm("full");
      generations.storm.blow();
      generations.ground.awaitWal(generations.server);
      generations.ground.stopReceiving();
      generations.server.query("SELECT pg_drop_replication_slot('holdfast')");
      generations.server.stop();
      run("pg_resetwal", "-D", data(generations));
      generations.server.start();
      generations.storm.blow();
      generations.inCalm("scan");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void whatWasLoadedWithoutWalIsFound(int major) {
    try (Generations generations =
        new Generations(
            TestCluster.of(PostgresMajor.of(major))
                .checksums(false)
                .setting("wal_keep_size", "2GB"),
            7,
            1,
            true)) {
      TestCluster server = generations.server;
      generations.inCalm("full");
      generations.ground.awaitWal(server);
      generations.ground.stopReceiving();
      server.query("SELECT pg_drop_replication_slot('holdfast')");
      server.stop();
      server.start(Map.of("wal_level", "minimal", "max_wal_senders", "0"));
      server.sql(
          "BEGIN; TRUNCATE w0.cut; INSERT INTO w0.cut SELECT g, repeat('unlogged', 30)"
              + " FROM generate_series(1, 3000) g; COMMIT");
      server.restart();
      generations.ground.receiveFrom(server);
      generations.storm.blow();
      BackupOutcome second = generations.inCalm("scan");
      assertThat(second.details().changes().why()).contains("minimal");
      generations.storm.blow();
      generations.inCalm("tracked");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void compressedImagesAreFollowed(String compression) {
    try (Generations generations =
        new Generations(
            TestCluster.of(PostgresMajor.V15)
                .binaries(new PostgresBinaries(INSTALLED, 15, "installed"))
                .setting("wal_compression", compression),
            7,
            1,
            true)) {
      generations.inCalm("full");
      generations.storm.blow();
      generations.inCalm("tracked");
    }
  }

  /** A file is a gigabyte; what happens at its border needs so much. */
  @Test
  @EnabledIfSystemProperty(named = "holdfast.oracle", matches = "full")
  void tablesOfSeveralFilesAreCutAndGrowAgain() {
    for (boolean checksums : new boolean[] {true, false}) {
      try (Generations generations = of(PostgresMajor.V18, checksums)) {
        TestCluster server = generations.server;
        server.sql(
            "CREATE TABLE huge (i int, t text)",
            "ALTER TABLE huge ALTER COLUMN t SET STORAGE PLAIN",
            "INSERT INTO huge SELECT g, repeat('x', 7000) FROM generate_series(1, 140000) g");
        assertThat(server.query("SELECT pg_relation_size('huge') > 1.05 * (1 << 30)"))
            .isEqualTo("t");
        generations.inCalm("full");
        server.sql("DELETE FROM huge WHERE i > 131000", "VACUUM (TRUNCATE on) huge");
        assertThat(server.query("SELECT pg_relation_size('huge') < 1 << 30")).isEqualTo("t");
        server.sql("UPDATE huge SET i = -i WHERE i % 1000 = 1");
        generations.inCalm("tracked");
        server.sql(
            "INSERT INTO huge SELECT g, repeat('y', 7000) FROM generate_series(1, 6000) g",
            "UPDATE huge SET i = i + 1 WHERE i > 130500");
        assertThat(server.query("SELECT pg_relation_size('huge') > 1 << 30")).isEqualTo("t");
        generations.inCalm("tracked");
        server.sql("TRUNCATE huge", "INSERT INTO huge SELECT g, '' FROM generate_series(1, 900) g");
        generations.inCalm("tracked");
      }
    }
  }

  @Test
  void aParentThatWasDeletedIsReplacedByAnOlderOne() {
    try (Generations generations = of(PostgresMajor.V18, false)) {
      BackupId first = generations.inCalm("full").manifest().id();
      generations.storm.blow();
      BackupId second = generations.inCalm("tracked").manifest().id();
      generations.ground.archive.delete(second);
      generations.storm.blow();
      assertThat(generations.inCalm("tracked").manifest().parent()).contains(first);
      generations.ground.archive.delete(first);
      generations.inCalm("tracked");
    }
  }

  @Test
  void whatTheParentHasLostIsReadAnew() throws IOException {
    try (Generations generations = of(PostgresMajor.V18, true)) {
      generations.inCalm("full");
      assertThat(generations.ground.damagePacks()).isPositive();
      BackupOutcome second = generations.inCalm("scan");
      assertThat(second.details().changes().why()).contains("the audit found a page lost");
    }
  }

  private static String data(Generations generations) {
    return generations.server.dataDirectory().toString();
  }

  private static void run(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> words =
        Stream.concat(
                Stream.of(INSTALLED.resolve("bin").resolve(program).toString()),
                Stream.of(arguments))
            .toList();
    Process process =
        new ProcessBuilder(ServerAccount.current().command(words))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
