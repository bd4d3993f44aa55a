package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.PgWaldump;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scanner on what servers write, compared with what they say they wrote. */
final class RealWalTest {
  /** As far as the server, pg_waldump and we all tell it. */
  private record Seen(Lsn start, long xid, String manager, long length) {}

  private static final List<String> MANAGERS =
      List.of(
          "XLOG Transaction Storage CLOG Database Tablespace MultiXact RelMap Standby Heap2 Heap"
              .concat(" Btree Hash Gin Gist Sequence SPGist BRIN CommitTs ReplicationOrigin")
              .concat(" Generic LogicalMessage")
              .split(" "));

  @ParameterizedTest
  @EnumSource
  void readsEveryRecordUpToTheLast(PostgresMajor major) throws IOException {
    try (TestCluster cluster = cluster(major, major.number() == 16 ? 64 : 16)) {
      Instant before = Instant.parse(cluster.query(NOW));
      String xid = cluster.query("SELECT txid_current()");
      WalWorkload.run(cluster);
      String kept = major.number() >= 15 ? walinspect(cluster) : "";
      Instant after = Instant.parse(cluster.query(NOW));
      cluster.stop();

      ControlFile control = DataDirectory.open(cluster.dataDirectory()).control();
      List<WalRecord> records = new ArrayList<>();
      List<String> asTheServer = new ArrayList<>();
      RecordMeaning meanings = new RecordMeaning(major.number());
      RecordScanner scanner =
          WalWorkload.scan(
              cluster,
              control.walSegmentSize(),
              (record, end) -> {
                records.add(meanings.read(record, end));
                asTheServer.add(
                    line(seen(record)) + " " + new Lsn(end) + " " + new Lsn(record.previous()));
              });
      assertThat(scanner.endReason()).isPresent();

      // The shutdown checkpoint is the last thing a server writes.
      assertThat(records.getLast().start()).isEqualTo(control.checkpoint());
      assertThat(records.getLast().meaning())
          .isEqualTo(new WalRecord.Checkpoint(control.redo(), true, 1, control.checkpointTime()));
      assertThat(records.getLast().end()).isEqualTo(scanner.validUpTo());

      if (major.number() >= 15) {
        List<String> theirs = kept.lines().toList();
        assertThat(theirs).hasSizeGreaterThan(2000);
        assertThat(asTheServer).containsSequence(theirs);
      }
      assertMeanings(records, Long.parseLong(xid), before, after);
      assertHeader(cluster, control);
    }
  }

  /** PostgreSQL's own reader, of the one version whose client programs Debian 12 has. */
  @Test
  void agreesWithPgWaldump() throws IOException, InterruptedException {
    try (TestCluster cluster = cluster(PostgresMajor.V15, 16)) {
      WalWorkload.run(cluster);
      cluster.stop();
      List<Seen> ours = new ArrayList<>();
      RecordScanner scanner =
          WalWorkload.scan(cluster, 16 << 20, (record, end) -> ours.add(seen(record)));
      List<Seen> theirs =
          waldump(cluster, ours.getFirst().start(), Objects.requireNonNull(scanner.validUpTo()));
      assertThat(theirs).hasSizeGreaterThan(2000);
      for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
        assertThat(ours.get(i)).isEqualTo(theirs.get(i));
      }
      assertThat(ours).hasSameSizeAs(theirs);
    }
  }

  @Test
  void followsAPromotionOnTheNewTimeline() throws IOException {
    try (TestCluster primary = cluster(PostgresMajor.newest(), 16)) {
      primary.sql("CREATE TABLE a AS SELECT generate_series(1, 1000) i");
      try (TestCluster standby = primary.standby()) {
        standby.awaitReplayOf(primary);
        standby.promote();
        standby.sql("INSERT INTO a VALUES (0)");
        standby.stop();
        List<WalRecord> records = new ArrayList<>();
        RecordMeaning meanings = new RecordMeaning(18);
        Path last =
            WalWorkload.segments(standby.dataDirectory()).stream()
                .filter(f -> f.getFileName().toString().startsWith("00000002"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(last);
        RecordScanner scanner =
            new RecordScanner(
                SupportedVersion.V18,
                16 << 20,
                (record, end) -> records.add(meanings.read(record, end)));
        Lsn start = WalPageHeader.parse(bytes, 0).orElseThrow().address();
        scanner.feed(start, bytes, 0, bytes.length);
        assertThat(records)
            .extracting(WalRecord::meaning)
            .contains(new WalRecord.EndOfRecovery(2, 1));
        assertThat(records.getLast().start())
            .isEqualTo(DataDirectory.open(standby.dataDirectory()).control().checkpoint());
      }
    }
  }

  /** A record whose later pages never reached the disk, which no kill brings about at will. */
  @ParameterizedTest
  @EnumSource
  void passesOverARecordThatACrashCutShort(PostgresMajor major) throws IOException {
    try (TestCluster cluster = cluster(major, 16)) {
      cluster.sql("SELECT pg_logical_emit_message(true, 'm', repeat('x', 100000))");
      cluster.kill();
      List<Long> messages = new ArrayList<>();
      WalWorkload.scan(
          cluster,
          16 << 20,
          (record, end) -> {
            if (record.totalLength() > 100_000 && record.resourceManager() == 21) {
              messages.add(record.start());
            }
          });
      long given = messages.getLast();
      Path segment = cluster.dataDirectory().resolve("pg_wal").resolve(segmentName(new Lsn(given)));
      zeroFrom(segment, (given % (16 << 20)) / 8192 * 8192 + 5 * 8192);
      cluster.start();
      cluster.sql("CREATE TABLE a AS SELECT 1");
      cluster.stop();
      List<Lsn> starts = new ArrayList<>();
      List<Integer> overwrites = new ArrayList<>();
      WalWorkload.scan(
          cluster,
          16 << 20,
          (record, end) -> {
            starts.add(new Lsn(record.start()));
            if (RecordMeaning.isXlog(record, RecordMeaning.OVERWRITE_CONTRECORD)) {
              overwrites.add(record.info());
            }
          });
      assertThat(overwrites).hasSize(1);
      assertThat(starts)
          .doesNotContain(new Lsn(given))
          .endsWith(DataDirectory.open(cluster.dataDirectory()).control().checkpoint());
    }
  }

  private static String segmentName(Lsn lsn) {
    return WalSegment.holding(1, lsn, 16 << 20).name();
  }

  private static void zeroFrom(Path file, long offset) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(offset);
      open.write(new byte[(int) (open.length() - offset)]);
    }
  }

  private static final String NOW =
      "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

  private static TestCluster cluster(PostgresMajor major, int segmentMegabytes) {
    return TestCluster.of(major)
        .walSegmentMegabytes(segmentMegabytes)
        .setting("max_prepared_transactions", "5")
        .setting("wal_keep_size", "2GB")
        .setting("max_wal_size", "2GB")
        .start();
  }

  private static void assertMeanings(
      List<WalRecord> records, long first, Instant before, Instant after) {
    List<WalRecord> mine = records.stream().filter(r -> r.xid() > first).toList();
    assertThat(mine.stream().filter(is(WalRecord.Commit.class)).count()).isGreaterThan(15);
    // One rolled back, one rolled back when prepared; that of the subtransaction is not written.
    assertThat(mine.stream().filter(is(WalRecord.Abort.class)).count()).isBetween(2L, 4L);
    // Neither end of a prepared transaction carries its number in the header.
    assertThat(records.stream().filter(r -> r.xid() == 0).filter(is(WalRecord.Commit.class)))
        .isEmpty();
    assertThat(mine.stream().map(WalRecord::meaning))
        .filteredOn(WalRecord.Commit.class::isInstance)
        .allSatisfy(m -> assertThat(((WalRecord.Commit) m).time()).isBetween(before, after));
    assertThat(records.stream().map(WalRecord::meaning))
        .filteredOn(WalRecord.RestorePoint.class::isInstance)
        .singleElement()
        .satisfies(m -> {
          WalRecord.RestorePoint point = (WalRecord.RestorePoint) m;
          assertThat(point.name()).isEqualTo("a point");
          assertThat(point.time()).isBetween(before, after.plus(Duration.ofSeconds(1)));
        });
    assertThat(records.stream().filter(is(WalRecord.Switch.class)).count()).isEqualTo(2);
    assertThat(records.stream().filter(is(WalRecord.Checkpoint.class)).count()).isPositive();
  }

  private static Predicate<WalRecord> is(Class<? extends WalRecord.Meaning> kind) {
    return record -> kind.isInstance(record.meaning());
  }

  private static void assertHeader(TestCluster cluster, ControlFile control) throws IOException {
    Path first = WalWorkload.segments(cluster.dataDirectory()).getFirst();
    try (InputStream in = Files.newInputStream(first)) {
      WalPageHeader header =
          WalPageHeader.parse(in.readNBytes(WalPageHeader.SIZE), 0).orElseThrow();
      assertThat(header.majorVersion()).isEqualTo(control.majorVersion());
      assertThat(header.systemIdentifier()).isEqualTo(control.systemIdentifier());
      assertThat(header.segmentSize()).isEqualTo(control.walSegmentSize());
      assertThat(header.timeline()).isEqualTo(1);
    }
  }

  private static String walinspect(TestCluster cluster) {
    cluster.sql("CREATE EXTENSION pg_walinspect");
    String first = cluster.query("SELECT redo_lsn FROM pg_control_checkpoint()");
    List<List<String>> rows =
        cluster.rows(
            "SELECT start_lsn || ' ' || xid || ' ' || resource_manager || ' ' || record_length"
                + " || ' ' || end_lsn || ' ' || prev_lsn"
                + " FROM pg_get_wal_records_info('"
                + first
                + "', pg_current_wal_flush_lsn())");
    return String.join("\n", rows.stream().map(List::getFirst).toList());
  }

  private static Seen seen(RawRecord record) {
    return new Seen(
        new Lsn(record.start()),
        record.xid(),
        MANAGERS.get(record.resourceManager()),
        record.totalLength());
  }

  private static String line(Seen seen) {
    return seen.start() + " " + seen.xid() + " " + seen.manager() + " " + seen.length();
  }

  private static final Pattern WALDUMP =
      Pattern.compile(
          "rmgr: (\\S+) +len \\(rec/tot\\): +\\d+/ *(\\d+), tx: +(\\d+), lsn: (\\S+),.*");

  private static List<Seen> waldump(TestCluster cluster, Lsn from, Lsn to)
      throws IOException, InterruptedException {
    List<Seen> seen = new ArrayList<>();
    for (String line : PgWaldump.lines(cluster, from.toString(), to.toString())) {
      Matcher form = WALDUMP.matcher(line);
      if (form.matches()) {
        seen.add(
            new Seen(
                Lsn.parse(form.group(4)),
                Long.parseLong(form.group(3)),
                form.group(1),
                Long.parseLong(form.group(2))));
      }
    }
    return seen;
  }
}
