package io.holdfast.operations.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupRig;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever becomes of WAL, what is said of it is right or "unknown". A block left out would be
 * missing in a backup.
 */
@Timeout(120)
final class DamagedWalTest {
  private static final TimelineHistory ROOT = TimelineHistory.root(1);
  private static final int FLAGS = 2;
  private static final int REMAINING = 16;
  private static final int PAGE = 8192;

  private static TestCluster server;
  private static RealSegments wal;
  private static Lsn from;

  /** Where each record begins, and where the next may. */
  private static TreeMap<Lsn, Lsn> records;

  private static Map<Long, byte[]> summaries;

  @BeforeAll
  static void writeWal() {
    server =
        TestCluster.of(PostgresMajor.V17)
            .walSegmentMegabytes(1)
            .setting("wal_keep_size", "1GB")
            .start();
    from = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
    server.sql(
        "CREATE TABLE a AS SELECT g, repeat('x', 300) t FROM generate_series(1, 4000) g",
        "CREATE TABLE b AS TABLE a",
        "DELETE FROM a WHERE g > 500",
        "VACUUM a",
        "SELECT pg_switch_wal()",
        "SELECT pg_logical_emit_message(false, 'm', repeat('long', 700000))",
        "DROP TABLE b",
        "CREATE INDEX ON a (g)",
        "UPDATE a SET g = -g",
        "CREATE DATABASE other",
        "INSERT INTO a SELECT g, repeat('y', 200) FROM generate_series(1, 9000) g");
    wal = RealSegments.of(server, from);
    assertThat(wal.size()).isGreaterThan(8);
    records = new TreeMap<>();
    WalScanner scanner =
        WalScanner.create(17, 1 << 20, record -> records.put(record.start(), record.end()));
    for (int i = 0; i < wal.size(); i++) {
      byte[] content = wal.contents().get(i);
      scanner.feed(wal.segments().get(i).start(), content, 0, content.length);
    }
    summaries = new HashMap<>();
    Summarizer summarizer =
        new Summarizer(
            17,
            wal.segments().getFirst(),
            new Lsn(-1),
            (number, summary) -> summaries.put(number, SummaryFormat.encode(summary)));
    for (int i = 0; i < wal.size(); i++) {
      byte[] content = wal.contents().get(i);
      summarizer.feed(wal.segments().get(i).start(), content, 0, content.length);
    }
    assertThat(summaries).hasSizeGreaterThanOrEqualTo(wal.size() - 1);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @RepeatedTest(300)
  void aDamagedSegmentHasItsRightSummaryOrNone(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    int index = random.nextInt(wal.size() - 1);
    byte[] one = wal.contents().get(index);
    byte[] next = wal.contents().get(index + 1);
    boolean itself = random.nextInt(3) > 0;
    byte[] damaged = damage(itself ? one : next, random);
    WalSegment segment = wal.segments().get(index);
    int piece = random.nextInt(1, 400_000);
    SegmentReading reading = RealSegments.read(17, segment, itself ? damaged : one, piece);
    reading.completeWith(
        RealSegments.read(17, segment.next(), itself ? next : damaged, random.nextInt(1, 400_000)));
    Optional<SegmentSummary> summary = reading.takeSummary();
    if (summary.filter(each -> each.changes().unknown().isEmpty()).isPresent()) {
      assertThat(SummaryFormat.encode(summary.get())).isEqualTo(summaries.get(segment.number()));
    }
  }

  @RepeatedTest(60)
  void aDamagedLogGivesTheRightMapOrNone(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    List<byte[]> contents = new ArrayList<>(wal.contents());
    int index = random.nextInt(contents.size());
    contents.set(index, damage(contents.get(index), random));
    try (BackupRig rig = new BackupRig()) {
      Lsn begin = someRecord(random);
      Lsn end = someRecord(random);
      boolean turned = end.isBefore(begin);
      Lsn first = turned ? end : begin;
      Lsn last = turned ? begin : end;
      byte[] right = encoded(between(rig, wal.contents(), first, last));
      removeSummaries(rig);
      ChangeMap map = between(rig, contents, first, last);
      if (map.unknown().isEmpty()) {
        assertThat(encoded(map)).isEqualTo(right);
      }
      // And what was kept of it does not turn wrong beside WAL that is right.
      ChangeMap again = between(rig, wal.contents(), first, last);
      if (again.unknown().isEmpty()) {
        assertThat(encoded(again)).isEqualTo(right);
      }
    }
  }

  @RepeatedTest(60)
  void aLogThatIsCutOffIsKnownExactlyAsFarAsItGoes(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    Lsn begin = wal.segments().getFirst().start();
    Lsn cut = begin.plus(random.nextLong(100_000, wal.end().minus(begin)));
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < wal.size(); i++) {
      long left = cut.minus(wal.segments().get(i).start());
      if (left > 0) {
        byte[] content = wal.contents().get(i).clone();
        Arrays.fill(content, (int) Math.min(content.length, left), content.length, (byte) 0);
        contents.add(content);
      }
    }
    try (BackupRig rig = new BackupRig()) {
      Lsn last = someRecord(random);
      ChangeMap map = between(rig, contents, from, last);
      boolean there = !cut.isBefore(last);
      if (there) {
        assertThat(map.unknown()).isEmpty();
        removeSummaries(rig);
        assertThat(encoded(map)).isEqualTo(encoded(between(rig, wal.contents(), from, last)));
      } else if (records.lowerEntry(last).getValue().isAfter(cut.plus(8))) {
        assertThat(map.unknown()).isPresent();
      }
    }
  }

  /** No checksum guards how much of a segment's beginning belongs to the record before. */
  @Test
  void aFirstPageThatHidesRecordsIsNoticed() {
    int tried = 0;
    for (int i = 1; i < wal.size(); i++) {
      WalSegment segment = wal.segments().get(i);
      byte[] content = wal.contents().get(i).clone();
      ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      Lsn first = records.ceilingKey(segment.start());
      if ((header.getShort(FLAGS) & 1) == 0 || first.minus(segment.start()) > PAGE) {
        continue;
      }
      for (Lsn shown : records.tailMap(first, false).keySet()) {
        if (shown.minus(segment.start()) > PAGE - 8) {
          break;
        }
        tried++;
        int remaining =
            ByteBuffer.wrap(wal.contents().get(i)).order(ByteOrder.LITTLE_ENDIAN).getInt(REMAINING);
        header.putInt(REMAINING, remaining + (int) shown.minus(first));
        SegmentReading reading = RealSegments.read(17, segment, content, 1 << 20);
        if (i + 1 < wal.size()) {
          reading.completeWith(wal.read(i + 1, 1 << 20));
        }
        reading.takeSummary().ifPresent(hides -> assertThat(hides.changes().unknown()).isPresent());
        List<byte[]> contents = new ArrayList<>(wal.contents());
        contents.set(i, content);
        try (BackupRig rig = new BackupRig()) {
          Lsn end = i + 2 < wal.size() ? records.ceilingKey(segment.end()) : wal.end();
          assertThat(between(rig, contents, segment.start(), end).unknown()).isPresent();
        }
      }
    }
    assertThat(tried).isGreaterThan(5);
  }

  private static Lsn someRecord(Random random) {
    List<Lsn> starts = List.copyOf(records.subMap(from, wal.end()).keySet());
    return starts.get(random.nextInt(1, starts.size()));
  }

  private static byte[] damage(byte[] content, Random random) {
    byte[] damaged = content.clone();
    int at = random.nextInt(damaged.length);
    switch (random.nextInt(7)) {
      case 0 -> {
        return Arrays.copyOf(damaged, at);
      }
      case 1 -> Arrays.fill(damaged, at, damaged.length, (byte) 0);
      case 2 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
      case 3 -> damaged[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      case 4 -> damaged[at / PAGE * PAGE + random.nextInt(24)] ^= (byte) (1 << random.nextInt(8));
      case 5 -> {
        byte[] other = wal.contents().get(random.nextInt(wal.size()));
        int page = at / PAGE * PAGE;
        int pages = random.nextInt(1, 1 + (damaged.length - page) / PAGE);
        System.arraycopy(other, page, damaged, page, pages * PAGE);
      }
      default -> {
        byte[] other = wal.contents().get(random.nextInt(wal.size()));
        int length = random.nextInt(1, 1 + damaged.length - at);
        System.arraycopy(other, random.nextInt(other.length - length + 1), damaged, at, length);
      }
    }
    return damaged;
  }

  private static ChangeMap between(BackupRig rig, List<byte[]> contents, Lsn begin, Lsn end) {
    long first = wal.segments().getFirst().number();
    return new ChangeHistory(
            new SummaryStore(rig.cluster, wal.systemIdentifier()),
            (segment, to) -> {
              long index = segment.number() - first;
              if (index < 0 || index >= contents.size()) {
                return false;
              }
              try {
                to.write(contents.get((int) index));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return true;
            },
            17,
            1 << 20)
        .between(ROOT, begin, end);
  }

  private static void removeSummaries(BackupRig rig) {
    List<String> names = new ArrayList<>();
    rig.cluster.objects("changes").list("", entry -> names.add(entry.name()));
    names.forEach(rig.cluster.objects("changes")::delete);
  }

  private static byte[] encoded(ChangeMap map) {
    return SummaryFormat.encode(new SegmentSummary(map, 0, 0, 0));
  }
}
