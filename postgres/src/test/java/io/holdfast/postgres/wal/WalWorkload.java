package io.holdfast.postgres.wal;

import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Makes a server write WAL of many kinds, and reads its files. */
final class WalWorkload {
  private WalWorkload() {}

  static void run(TestCluster cluster) {
    cluster.sql(
        "CREATE TABLE a (id bigint PRIMARY KEY, t text)",
        "INSERT INTO a SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 1500) i",
        "CREATE INDEX ON a USING gin (to_tsvector('simple', t))",
        "CREATE INDEX ON a USING brin (id)",
        "CREATE INDEX ON a USING hash (t)",
        "UPDATE a SET t = t || 'x' WHERE id % 3 = 0",
        "DELETE FROM a WHERE id % 5 = 0",
        "VACUUM a",
        "CHECKPOINT",
        "UPDATE a SET t = t || 'y' WHERE id % 7 = 0",
        "BEGIN; INSERT INTO a VALUES (-1, ''); SAVEPOINT s; INSERT INTO a VALUES (-2, '');"
            + " ROLLBACK TO s; INSERT INTO a VALUES (-3, ''); COMMIT",
        "BEGIN; INSERT INTO a VALUES (-4, ''); ROLLBACK",
        "BEGIN; INSERT INTO a VALUES (-5, ''); SAVEPOINT s; CREATE TABLE b AS TABLE a;"
            + " DROP TABLE b; PREPARE TRANSACTION 'kept'",
        "BEGIN; INSERT INTO a VALUES (-6, ''); PREPARE TRANSACTION 'dropped'",
        "COMMIT PREPARED 'kept'",
        "ROLLBACK PREPARED 'dropped'",
        "SELECT pg_create_restore_point('a point')",
        "SELECT pg_switch_wal()",
        "SELECT pg_logical_emit_message(false, 'm', repeat('long', 800000))",
        "CREATE SEQUENCE s",
        "SELECT nextval('s')",
        "CREATE DATABASE other",
        "DROP DATABASE other",
        "TRUNCATE a",
        "SELECT pg_switch_wal()",
        "INSERT INTO a SELECT i, '' FROM generate_series(1, 1000) i");
  }

  /** The segments that were written, in order; recycled ones too, which come last. */
  static List<Path> segments(Path dataDirectory) {
    try (Stream<Path> files = Files.list(dataDirectory.resolve("pg_wal"))) {
      return files
          .filter(f -> f.getFileName().toString().matches("[0-9A-F]{24}"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code sink} saw when all segments went through a scanner, and why that ended. */
  static RecordScanner scan(TestCluster cluster, int segmentSize, RecordSink sink) {
    RecordScanner scanner =
        new RecordScanner(
            SupportedVersion.ofMajor(cluster.major().number()).orElseThrow(), segmentSize, sink);
    for (Path segment : segments(cluster.dataDirectory())) {
      Lsn start =
          WalSegment.parse(segment.getFileName().toString(), segmentSize).orElseThrow().start();
      try {
        byte[] bytes = Files.readAllBytes(segment);
        if (!scanner.feed(start, bytes, 0, bytes.length)) {
          break;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return scanner;
  }

  static int segmentSize(TestCluster cluster) {
    return DataDirectory.open(cluster.dataDirectory()).control().walSegmentSize();
  }
}
