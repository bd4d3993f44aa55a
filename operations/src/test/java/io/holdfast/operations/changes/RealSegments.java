package io.holdfast.operations.changes;

import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The WAL of a server that was stopped, in memory.
 *
 * @param end where the shutdown checkpoint begins
 */
record RealSegments(
    int majorVersion,
    long systemIdentifier,
    List<WalSegment> segments,
    List<byte[]> contents,
    Lsn end) {
  static RealSegments of(TestCluster server, Lsn from) {
    server.stop();
    ControlFile control = DataDirectory.open(server.dataDirectory()).control();
    List<WalSegment> segments = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    Path wal = server.dataDirectory().resolve("pg_wal");
    WalSegment segment = WalSegment.holding(1, from, control.walSegmentSize());
    for (; !segment.start().isAfter(control.checkpoint()); segment = segment.next()) {
      segments.add(segment);
      try {
        contents.add(Files.readAllBytes(wal.resolve(segment.name())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new RealSegments(
        server.major().number(),
        control.systemIdentifier(),
        segments,
        contents,
        control.checkpoint());
  }

  int size() {
    return segments.size();
  }

  /** Reads a segment in pieces of that length, as somebody would who archives it. */
  SegmentReading read(int index, int piece) {
    return read(majorVersion, segments.get(index), contents.get(index), piece);
  }

  static SegmentReading read(int majorVersion, WalSegment segment, byte[] content, int piece) {
    SegmentReading reading = new SegmentReading(majorVersion, segment, record -> {});
    boolean goesOn = true;
    for (int at = 0; at < content.length && goesOn; at += piece) {
      int length = Math.min(piece, content.length - at);
      goesOn = reading.feed(segment.start().plus(at), content, at, length);
    }
    return reading;
  }
}
