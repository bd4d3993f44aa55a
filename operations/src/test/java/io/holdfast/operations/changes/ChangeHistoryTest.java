package io.holdfast.operations.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupRig;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Summaries derived from a real server's WAL. */
final class ChangeHistoryTest {
  private static final TimelineHistory ROOT = TimelineHistory.root(1);

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void saysTheSameHoweverMuchOfItWasKept(int megabytes) throws Exception {
    try (BackupRig rig = new BackupRig();
        TestCluster server =
            TestCluster.of(PostgresMajor.newest())
                .walSegmentMegabytes(megabytes)
                .setting("wal_keep_size", "1GB")
                .start()) {
      Lsn from = lsn(server);
      for (int i = 0; i < 6; i++) {
        server.sql(
            "CREATE TABLE t" + i + " AS SELECT g, repeat('x', 300) FROM generate_series(1, 4000) g",
            "SELECT pg_logical_emit_message(false, 'm', repeat('long', 700000))",
            "SELECT pg_switch_wal()");
      }
      server.sql("DROP TABLE t1");
      server.stop();
      ControlFile control = DataDirectory.open(server.dataDirectory()).control();
      WalArchive wal =
          WalArchive.of(rig.cluster, control.systemIdentifier(), control.walSegmentSize());
      List<WalSegment> segments = archive(server, wal, from, control.checkpoint());
      Lsn to = control.checkpoint();

      ChangeMap first = history(rig.cluster, wal).between(ROOT, from, to);
      assertThat(first.unknown()).isEmpty();
      assertThat(first.forks()).isNotEmpty();
      byte[] expected = encoded(first);
      SummaryStore store = new SummaryStore(rig.cluster, control.systemIdentifier());
      assertThat(segments.stream().filter(s -> store.find(s).isPresent()).count())
          .isGreaterThanOrEqualTo(segments.size() - 2);
      assertThat(encoded(history(rig.cluster, wal).between(ROOT, from, to))).isEqualTo(expected);

      // Some are gone: they are derived anew, whichever they are.
      for (int seed = 0; seed < 4; seed++) {
        java.util.Random random = new java.util.Random(seed);
        for (WalSegment segment : segments) {
          if (random.nextBoolean() && store.find(segment).isPresent()) {
            rig.cluster.objects("changes").delete(name(control, segment));
          }
        }
        assertThat(encoded(history(rig.cluster, wal).between(ROOT, from, to))).isEqualTo(expected);
      }
      assertThat(history(rig.cluster, wal).between(ROOT, from, to.plus(1 << 28)).unknown())
          .isPresent();
    }
  }

  @Test
  void doesNotKnowWhatWasInAHole() throws Exception {
    try (BackupRig rig = new BackupRig();
        TestCluster server =
            TestCluster.of(PostgresMajor.V15)
                .walSegmentMegabytes(1)
                .setting("wal_keep_size", "1GB")
                .start()) {
      Lsn from = lsn(server);
      for (int i = 0; i < 5; i++) {
        server.sql("CREATE TABLE t" + i + " AS SELECT 1", "SELECT pg_switch_wal()");
      }
      server.stop();
      ControlFile control = DataDirectory.open(server.dataDirectory()).control();
      WalArchive wal = WalArchive.of(rig.cluster, control.systemIdentifier(), 1 << 20);
      List<WalSegment> segments = archive(server, wal, from, control.checkpoint());
      WalSegment hole = segments.get(2);
      rig.cluster.objects("wal").delete(name(control, hole));
      ChangeMap map = history(rig.cluster, wal).between(ROOT, from, control.checkpoint());
      assertThat(map.unknown().orElseThrow()).contains(hole.name());
      // What was derived before the hole is no excuse for it afterwards.
      assertThat(history(rig.cluster, wal).between(ROOT, from, control.checkpoint()).unknown())
          .isPresent();
      Lsn behind = hole.next().start().plus(40);
      assertThat(history(rig.cluster, wal).between(ROOT, behind, control.checkpoint()).unknown())
          .isEmpty();
    }
  }

  @Test
  void noticesThatASummaryIsOfAnotherLog() throws Exception {
    try (BackupRig rig = new BackupRig();
        TestCluster server =
            TestCluster.of(PostgresMajor.V16)
                .walSegmentMegabytes(1)
                .setting("wal_keep_size", "1GB")
                .start()) {
      Lsn from = lsn(server);
      for (int i = 0; i < 4; i++) {
        server.sql("CREATE TABLE t" + i + " AS SELECT 1", "SELECT pg_switch_wal()");
      }
      server.stop();
      ControlFile control = DataDirectory.open(server.dataDirectory()).control();
      WalArchive wal = WalArchive.of(rig.cluster, control.systemIdentifier(), 1 << 20);
      List<WalSegment> segments = archive(server, wal, from, control.checkpoint());
      assertThat(history(rig.cluster, wal).between(ROOT, from, control.checkpoint()).unknown())
          .isEmpty();
      SummaryStore store = new SummaryStore(rig.cluster, control.systemIdentifier());
      SegmentSummary right = store.find(segments.get(1)).orElseThrow();
      store.keep(
          segments.get(1),
          new SegmentSummary(
              right.changes(), right.firstRecord(), right.firstPrevious(), right.firstRecord()));
      assertThat(
              history(rig.cluster, wal)
                  .between(ROOT, from, control.checkpoint())
                  .unknown()
                  .orElseThrow())
          .contains("and not the one before it");
    }
  }

  private static ChangeHistory history(ClusterArchive cluster, WalArchive wal) {
    // The version is that of the pages; a wrong one is refused by the scanner.
    int major = wal.facts(firstSegment(wal)).orElseThrow().majorVersion();
    return new ChangeHistory(
        new SummaryStore(cluster, wal.systemIdentifier()),
        (segment, to) -> wal.fetch(segment.name(), to).isPresent(),
        major,
        wal.segmentSize());
  }

  private static WalSegment firstSegment(WalArchive wal) {
    return WalSegment.holding(1, wal.ranges(1).getFirst().from(), wal.segmentSize());
  }

  private static String name(ControlFile control, WalSegment segment) {
    return Long.toUnsignedString(control.systemIdentifier()) + "/00000001/" + segment.name();
  }

  private static byte[] encoded(ChangeMap map) {
    return SummaryFormat.encode(new SegmentSummary(map, 0, 0, 0));
  }

  private static Lsn lsn(TestCluster server) {
    server.sql("CREATE TABLE before AS SELECT 1", "SELECT pg_switch_wal()", "CHECKPOINT");
    return Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
  }

  private static List<WalSegment> archive(TestCluster server, WalArchive wal, Lsn from, Lsn upTo)
      throws Exception {
    List<WalSegment> segments = new ArrayList<>();
    WalSegment segment = WalSegment.holding(1, from, wal.segmentSize());
    for (; !segment.start().isAfter(upTo); segment = segment.next()) {
      Path file = server.dataDirectory().resolve("pg_wal").resolve(segment.name());
      assertThat(Files.exists(file)).as(segment.name()).isTrue();
      wal.put(segment, file);
      segments.add(segment);
    }
    return segments;
  }
}
