package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.retention.Prune;
import io.holdfast.operations.retention.PruneOutcome;
import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyReport;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WAL and backups of a real server on two timelines, pruned while the receiver runs. */
@Timeout(300)
class RestoreAfterPruneTest {
  @Test
  void whatIsKeptRestoresOnEveryTimeline() throws Exception {
    try (Scene scene = new Scene(PostgresMajor.newest(), o -> o)) {
      scene.source.sql("CREATE TABLE marks (name text)");
      BackupId a = scene.backup().manifest().id();
      mark(scene.source, "a");
      scene.source.query("SELECT pg_switch_wal()");
      mark(scene.source, "b");
      scene.source.query("SELECT pg_switch_wal()");
      BackupOutcome b = scene.backup();
      mark(scene.source, "c");
      mark(scene.source, "d");
      scene.exportWal();
      scene.source.stop();
      RestoreRequest takeOver =
          scene.to("successor").at(new RecoveryTarget.Named("c")).takeOver(true).build();
      scene.run(takeOver);
      try (TestCluster successor = scene.started(takeOver.directory())) {
        scene.receiveFrom(successor);
        Instant e = mark(successor, "e");
        BackupOutcome c = backup(scene, successor);
        mark(successor, "f");
        scene.exportWalOf(successor);

        PruneOutcome first = prune(scene, 2, Duration.ZERO);
        assertThat(first.purged()).containsExactly(a);
        assertThat(first.walObjects()).isPositive();
        requireNothingBefore(scene, b.details().window().start());
        scene.exportAnew();
        check(scene, scene.to("x"), "a b c e f");
        check(
            scene,
            scene.to("x").at(new RecoveryTarget.Moment(e, true, Optional.empty())),
            "a b c e");
        check(scene, scene.to("x").onTimeline(OptionalInt.of(1)), "a b c d");
        verify(scene);

        // Removed, and still there: restored by who names it, passed over by everybody else.
        assertThat(prune(scene, 1, Duration.ofDays(1)).plan().removed()).hasSize(1);
        BackupId old = b.manifest().id();
        check(scene, scene.to("x").from(Optional.of(old)).onTimeline(OptionalInt.of(1)), "a b c d");
        assertThat(new Backups(scene.archive).find("latest")).isEqualTo(c.manifest().id());
        HoldfastException refused =
            org.junit.jupiter.api.Assertions.assertThrows(
                HoldfastException.class,
                () ->
                    scene
                        .restore()
                        .plan(
                            scene
                                .to("x")
                                .at(new RecoveryTarget.Moment(e, true, Optional.empty()))
                                .build(),
                            Progress.NONE));
        assertThat(refused.status()).isEqualTo(ExitStatus.REFUSED);
        assertThat(refused.hint()).hasValueSatisfying(h -> assertThat(h).contains("undelete"));
        assertThat(new Backups(scene.archive).undelete(old, Instant.now())).isTrue();

        // And for good. The receiver, begun anew over what is left, goes on.
        assertThat(prune(scene, 1, Duration.ZERO).purged()).containsExactly(old);
        requireNothingBefore(scene, c.details().window().start());
        scene.stopReceiving();
        scene.receiveFrom(successor);
        successor.query("SELECT pg_switch_wal()");
        mark(successor, "g");
        BackupOutcome d = backup(scene, successor);
        assertThat(d.details().changes().foundBy()).isEqualTo("tracked");
        mark(successor, "h");
        scene.exportWalOf(successor);
        scene.exportAnew();
        check(scene, scene.to("x"), "a b c e f g h");
        check(scene, scene.to("x").from(Optional.of(c.manifest().id())), "a b c e f g h");
        verify(scene);
      }
    }
  }

  private static BackupOutcome backup(Scene scene, TestCluster server) {
    return PhysicalBackup.run(
        scene.archive,
        BackupRequest.of(ConnectionSettings.parse(server.conninfo())),
        Progress.NONE,
        InstantSource.system());
  }

  private static PruneOutcome prune(Scene scene, int last, Duration grace) {
    Policy policy = new Policy(last, Map.of(), Optional.empty(), ZoneOffset.UTC, grace);
    return Prune.run(scene.archive, policy, false, Progress.NONE, InstantSource.system());
  }

  private static void requireNothingBefore(Scene scene, Lsn start) {
    WalSegment first = WalSegment.holding(1, start, scene.wal.segmentSize());
    List<WalItem> before = new ArrayList<>();
    scene.wal.list(item -> {
      boolean older =
          switch (item) {
            case WalItem.Segment s -> s.segment().number() < first.number();
            case WalItem.Part p -> p.segment().number() < first.number();
            case WalItem.History h -> false;
            case WalItem.Other o -> false;
          };
      if (older) {
        before.add(item);
      }
    });
    assertThat(before).isEmpty();
  }

  private static void verify(Scene scene) {
    VerifyReport report = Verification.run(scene.archive, VerifyRequest.intact(), Progress.NONE);
    assertThat(report.faults()).isEmpty();
    assertThat(report.status()).isEqualTo(ExitStatus.DONE);
  }

  private static Instant mark(TestCluster server, String name) {
    server.sql("INSERT INTO marks VALUES ('" + name + "')");
    server.query("SELECT pg_create_restore_point('" + name + "')");
    return Instant.parse(
        server.query(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
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
}
