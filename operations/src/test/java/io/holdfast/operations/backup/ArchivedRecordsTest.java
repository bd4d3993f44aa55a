package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchivedRecordsTest {
  private static final PostgresMajor MAJOR = PostgresMajor.newest();
  private static final TimelineHistory ROOT = TimelineHistory.root(1);

  @Test
  void allIsReadOrItIsSaidThatItIsNot() throws IOException {
    try (TestCluster server =
        TestCluster.of(MAJOR).walSegmentMegabytes(1).setting("wal_keep_size", "1GB").start()) {
      server.sql("CHECKPOINT");
      Lsn from = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      server.sql("CREATE TABLE t AS SELECT g, repeat('x', 300) FROM generate_series(1, 15000) g");
      server.stop();
      ControlFile control = DataDirectory.open(server.dataDirectory()).control();
      Lsn to = control.checkpoint();
      WalSegment third = WalSegment.holding(1, from, 1 << 20).next().next();
      assertThat(third.end()).isLessThan(to);
      int middle = 1 << 19;

      assertThat(readsAll(server, from, to, (segment, bytes) -> bytes)).isTrue();
      assertThat(
              readsAll(
                  server,
                  from,
                  to,
                  (segment, bytes) -> {
                    if (segment.equals(third)) {
                      bytes[middle] ^= 1;
                    }
                    return bytes;
                  }))
          .as("broken in the middle, though whole afterwards")
          .isFalse();
      assertThat(
              readsAll(server, from, to, (segment, bytes) -> segment.equals(third) ? null : bytes))
          .as("one is missing")
          .isFalse();
      assertThat(readsAll(server, from, to.plus(4 << 20), (segment, bytes) -> bytes))
          .as("ends too early")
          .isFalse();
    }
  }

  private interface Change {
    byte @org.jspecify.annotations.Nullable [] of(WalSegment segment, byte[] bytes);
  }

  private static boolean readsAll(TestCluster server, Lsn from, Lsn to, Change change)
      throws IOException {
    ControlFile control = DataDirectory.open(server.dataDirectory()).control();
    try (BackupRig rig = new BackupRig()) {
      WalArchive archive = WalArchive.of(rig.cluster, control.systemIdentifier(), 1 << 20);
      WalSegment segment = WalSegment.holding(1, from, archive.segmentSize());
      for (; !segment.start().isAfter(control.checkpoint()); segment = segment.next()) {
        Path file = server.dataDirectory().resolve("pg_wal").resolve(segment.name());
        byte[] bytes = change.of(segment, Files.readAllBytes(file));
        if (bytes != null) {
          archive.put(segment, bytes);
        }
      }
      WalScanner scanner = WalScanner.create(MAJOR.number(), archive.segmentSize(), record -> {});
      return new ArchivedRecords(archive, ROOT, scanner, to).showFrom(from);
    }
  }
}
