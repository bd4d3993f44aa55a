package io.holdfast.operations.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupRig;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.PgWaldump;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we say of real WAL, beside what PostgreSQL itself says of it. */
@Timeout(180)
final class BesidePostgresTest {
  private static final Pattern AT = Pattern.compile(", lsn: ([0-9A-F]+/[0-9A-F]+),");
  private static final Pattern REFERENCE =
      Pattern.compile("blkref #\\d+: rel (\\d+)/(\\d+)/(\\d+) (?:fork (\\w+) )?blk (\\d+)");

  /** Records cross borders, and one is longer than a small segment; nothing is ever cut. */
  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void eachSegmentsBlocksAreThoseOfPgWaldump(int megabytes) throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V15)
                .walSegmentMegabytes(megabytes)
                .setting("wal_keep_size", "2GB")
                .setting("max_wal_size", "2GB")
                .setting("autovacuum", "off")
                .start();
        BackupRig rig = new BackupRig()) {
      Lsn from = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      server.sql(
          "CREATE TABLE a AS SELECT g, md5(g::text) || repeat('x', 270) t FROM generate_series(1, "
              + (megabytes == 1 ? 8_000 : 150_000)
              + ") g",
          "CREATE INDEX ON a (g)",
          "CREATE INDEX ON a USING hash (t)",
          "CREATE INDEX ON a USING brin (g)",
          "SELECT pg_logical_emit_message(false, 'm', repeat('long', 700000))",
          "CREATE UNLOGGED TABLE u (i int PRIMARY KEY)",
          "UPDATE a SET g = -g WHERE g % 9 = 0",
          "CHECKPOINT",
          "UPDATE a SET g = -g WHERE g % 11 = 0",
          "SELECT pg_switch_wal()",
          "INSERT INTO a SELECT g, '' FROM generate_series(1, 5000) g",
          "CREATE TABLE c AS TABLE a");
      server.stop();
      ControlFile control = DataDirectory.open(server.dataDirectory()).control();
      Lsn end = control.checkpoint();
      WalSegment first = WalSegment.holding(1, from, control.walSegmentSize());
      Map<Long, Set<String>> theirs = waldump(server, from, end, first.size());
      assertThat(theirs).hasSizeGreaterThan(megabytes == 1 ? 10 : 2);
      SummaryStore store = new SummaryStore(rig.cluster, control.systemIdentifier());
      ChangeMap all = history(store, server, control).between(TimelineHistory.root(1), from, end);
      assertThat(all.unknown()).isEmpty();
      Set<String> together = new TreeSet<>();
      int compared = 0;
      // The first holds what was before the records that pg_waldump was asked for.
      WalSegment segment = first.next();
      for (; !segment.end().isAfter(end); segment = segment.next()) {
        SegmentSummary summary = store.find(segment).orElseThrow();
        assertThat(blocks(summary.changes()))
            .as(segment.name())
            .isEqualTo(theirs.getOrDefault(segment.number(), Set.of()));
        compared++;
      }
      theirs.values().forEach(together::addAll);
      assertThat(compared).isGreaterThanOrEqualTo(megabytes == 1 ? 10 : 1);
      assertThat(blocks(all)).containsAll(together);
    }
  }

  private static Map<Long, Set<String>> waldump(TestCluster server, Lsn from, Lsn to, int size)
      throws IOException, InterruptedException {
    Map<Long, Set<String>> seen = new TreeMap<>();
    for (String line : PgWaldump.lines(server, from.toString(), to.toString())) {
      Matcher at = AT.matcher(line);
      if (at.find()) {
        long segment = WalSegment.holding(1, Lsn.parse(at.group(1)), size).number();
        Set<String> blocks = seen.computeIfAbsent(segment, each -> new TreeSet<>());
        Matcher reference = REFERENCE.matcher(line);
        while (reference.find()) {
          String fork = reference.group(4) == null ? "main" : reference.group(4);
          if (fork.equals("main") || fork.equals("init")) {
            blocks.add(
                String.join("/", reference.group(1), reference.group(2), reference.group(3))
                    + " "
                    + fork
                    + " "
                    + reference.group(5));
          }
        }
      }
    }
    return seen;
  }

  private static Set<String> blocks(ChangeMap map) {
    Set<String> blocks = new TreeSet<>();
    map.forks()
        .forEach((key, changes) ->
            changes
                .blocks()
                .forEach((int block) ->
                    blocks.add(
                        Integer.toUnsignedString(key.tablespace())
                            + "/"
                            + Integer.toUnsignedString(key.database())
                            + "/"
                            + Integer.toUnsignedString(key.relation())
                            + (key.fork() == 0 ? " main " : " init ")
                            + Integer.toUnsignedString(block))));
    return blocks;
  }

  @ParameterizedTest
  @EnumSource(
      value = PostgresMajor.class,
      names = {"V17", "V18"})
  void nothingIsMissingThatTheServersOwnSummariesName(PostgresMajor major) {
    try (TestCluster server =
            TestCluster.of(major)
                .walSegmentMegabytes(1)
                .setting("summarize_wal", "on")
                .setting("wal_keep_size", "2GB")
                .setting("max_prepared_transactions", "5")
                .start();
        BackupRig rig = new BackupRig()) {
      Lsn from = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      for (int i = 0; i < 3; i++) {
        server.sql(
            "CREATE TABLE a"
                + i
                + " AS SELECT g, repeat('x', 300) t FROM generate_series(1, 5000) g",
            "CREATE INDEX ON a" + i + " USING gin (to_tsvector('simple', t))",
            "UPDATE a" + i + " SET g = -g WHERE g % 9 = 0",
            "CREATE DATABASE d" + i + " STRATEGY " + (i == 0 ? "file_copy" : "wal_log"),
            "CHECKPOINT",
            "DELETE FROM a" + i + " WHERE g > 1000",
            "VACUUM a" + i,
            "BEGIN; CREATE TABLE gone AS TABLE a" + i + "; ROLLBACK",
            "BEGIN; CREATE TABLE two" + i + " AS TABLE a" + i + "; PREPARE TRANSACTION 'p'",
            "COMMIT PREPARED 'p'",
            "TRUNCATE two" + i,
            "SELECT pg_logical_emit_message(false, 'm', repeat('long', 700000))");
      }
      server.sql("DROP DATABASE d1", "DROP TABLE a1", "VACUUM FULL a0", "CHECKPOINT");
      Lsn written = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      server.await("SELECT summarized_lsn >= '" + written + "' FROM pg_get_wal_summarizer_state()");
      List<List<String>> summaries =
          server.rows(
              "SELECT start_lsn, end_lsn FROM pg_available_wal_summaries() WHERE start_lsn >= '"
                  + from
                  + "' ORDER BY 1");
      Map<List<String>, List<List<String>>> contents = new LinkedHashMap<>();
      for (List<String> each : summaries) {
        contents.put(
            each,
            server.rows(
                "SELECT relfilenode, reltablespace, reldatabase, relblocknumber, is_limit_block"
                    + " FROM pg_wal_summary_contents(1, '"
                    + String.join("', '", each)
                    + "') WHERE relforknumber = 0"));
      }
      server.stop();
      ControlFile control = DataDirectory.open(server.dataDirectory()).control();
      SummaryStore store = new SummaryStore(rig.cluster, control.systemIdentifier());
      int compared = 0;
      for (Map.Entry<List<String>, List<List<String>>> summary : contents.entrySet()) {
        List<String> each = summary.getKey();
        ChangeMap ours =
            history(store, server, control)
                .between(
                    TimelineHistory.root(1), Lsn.parse(each.getFirst()), Lsn.parse(each.getLast()));
        assertThat(ours.unknown()).isEmpty();
        for (List<String> row : summary.getValue()) {
          assertThat(holds(ours, row, server.dataDirectory())).as(each + " has " + row).isTrue();
          compared++;
        }
      }
      assertThat(summaries).hasSizeGreaterThan(2);
      assertThat(compared).isGreaterThan(500);
    }
  }

  private static boolean holds(ChangeMap ours, List<String> row, Path data) {
    int relation = Integer.parseUnsignedInt(row.get(0));
    int tablespace = Integer.parseUnsignedInt(row.get(1));
    int database = Integer.parseUnsignedInt(row.get(2));
    long block = Long.parseLong(row.get(3));
    if (relation == 0) {
      return ours.resets().contains(new Directory(tablespace, database));
    }
    ForkChanges changes = ours.forks().get(new ForkKey(tablespace, database, relation, 0));
    if (changes == null) {
      return false;
    }
    return row.get(4).equals("t")
        ? changes.limit() <= block
        : changes.blocks().contains((int) block)
            || (changes.limit() <= block && isGone(data, row, block));
  }

  /**
   * The server goes on naming blocks of a file that is cut to the same length again, or removed
   * after it was made (BlockRefTableEntrySetLimitBlock).
   */
  private static boolean isGone(Path data, List<String> row, long block) {
    Path file =
        row.get(1).equals("1664")
            ? data.resolve("global").resolve(row.get(0))
            : data.resolve("base").resolve(row.get(2)).resolve(row.get(0));
    try {
      return Files.size(file) <= block * 8192;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChangeHistory history(
      SummaryStore store, TestCluster server, ControlFile control) {
    Path wal = server.dataDirectory().resolve("pg_wal");
    return new ChangeHistory(
        store,
        (segment, to) -> {
          try {
            Files.copy(wal.resolve(segment.name()), to);
            return true;
          } catch (NoSuchFileException e) {
            return false;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        server.major().number(),
        control.walSegmentSize());
  }
}
