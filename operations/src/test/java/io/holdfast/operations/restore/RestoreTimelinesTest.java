package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RestoreTimelinesTest {
  private static Instant mark(TestCluster server, String name) {
    server.sql("INSERT INTO marks VALUES ('" + name + "')");
    server.query("SELECT pg_create_restore_point('" + name + "')");
    return Instant.parse(
        server.query(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }

  private static RecoveryTarget at(Instant time) {
    return new RecoveryTarget.Moment(time, true, Optional.empty());
  }

  private static void check(Scene scene, RestoreRequest.Builder request, String expected)
      throws Exception {
    Path directory = request.build().directory();
    scene.run(request.build());
    try (TestCluster restored = scene.started(directory)) {
      assertThat(restored.query("SELECT string_agg(name, ' ' ORDER BY name) FROM marks"))
          .isEqualTo(expected);
    }
    Tree.delete(directory);
  }

  @Test
  void afterARecoveryBothTheLivingAndTheDiscardedTimelineCanBeRestored() throws Exception {
    try (Scene scene = new Scene(PostgresMajor.newest(), o -> o)) {
      scene.source.sql("CREATE TABLE marks (name text)");
      scene.backup();
      Instant a = mark(scene.source, "a");
      mark(scene.source, "b");
      Instant c = mark(scene.source, "c");
      mark(scene.source, "d");
      scene.exportWal();
      scene.source.stop();

      RestoreRequest takeOver =
          scene.to("successor").at(new RecoveryTarget.Named("b")).takeOver(true).build();
      scene.run(takeOver);
      try (TestCluster successor = scene.started(takeOver.directory())) {
        scene.receiveFrom(successor);
        Instant e = mark(successor, "e");
        mark(successor, "f");
        scene.exportWalOf(successor);

        check(scene, scene.to("x"), "a b e f");
        check(scene, scene.to("x").at(at(e)), "a b e");
        check(scene, scene.to("x").at(at(a)), "a");
        check(scene, scene.to("x").at(at(c)), "a b c");
        check(scene, scene.to("x").at(new RecoveryTarget.Named("d")), "a b c d");
        check(scene, scene.to("x").onTimeline(OptionalInt.of(1)), "a b c d");
        assertThat(scene.restore().plan(scene.to("x").build(), Progress.NONE).route().timelines())
            .containsExactly(1, 2);
      }
    }
  }

  @Test
  void aRestoreInPlacePutsWalAsideThatIsNowhereElse() throws Exception {
    try (Scene scene = new Scene(PostgresMajor.newest(), o -> o)) {
      scene.source.sql("CREATE TABLE marks (name text)");
      scene.backup();
      mark(scene.source, "archived");
      scene.exportWal();
      scene.stopReceiving();
      mark(scene.source, "lost");
      scene.source.query("SELECT pg_switch_wal()");
      mark(scene.source, "later");
      scene.source.stop();
      Path directory = scene.source.dataDirectory();
      RestoreRequest request = RestoreRequest.to(directory).delta(true).takeOver(true).build();

      RestorePlan plan = scene.restore().plan(request, Progress.NONE);
      assertThat(plan.notes()).anyMatch(note -> note.contains("WAL files in " + directory));
      RestoreResult result = scene.restore().run(plan, Progress.NONE);

      assertThat(result.bytesWritten()).isLessThan(result.bytes() / 2);
      try (DirectoryStream<Path> aside =
          Files.newDirectoryStream(directory, "holdfast.saved-wal-*")) {
        Path saved = aside.iterator().next();
        for (String name : saved.toFile().list()) {
          scene.wal.putFile(name, saved.resolve(name));
        }
      }
      assertThat(directory.resolve("pg_wal").toFile().list())
          .containsExactlyInAnyOrder("archive_status", "summaries");
      scene.exportSegments();
      scene.source.start();
      scene.source.await("SELECT NOT pg_is_in_recovery()");
      assertThat(scene.source.query("SELECT string_agg(name, ' ') FROM marks"))
          .isEqualTo("archived lost later");
    }
  }

  @Test
  void aBackupOfAStandbyIsRestoredToItsEndAndBeyond() throws Exception {
    try (Scene scene = new Scene(PostgresMajor.newest(), o -> o);
        TestCluster standby = scene.source.standby()) {
      scene.source.sql("CREATE TABLE marks (name text)");
      mark(scene.source, "before");
      standby.awaitReplayOf(scene.source);
      PhysicalBackup.run(
          scene.archive,
          BackupRequest.of(ConnectionSettings.parse(standby.conninfo())),
          Progress.NONE,
          InstantSource.system());
      mark(scene.source, "after");
      scene.exportWal();

      check(scene, scene.to("x").at(new RecoveryTarget.Immediate()), "before");
      check(scene, scene.to("x"), "after before");
    }
  }
}
