package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ChangeListener;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.RelationFile;
import io.holdfast.testkit.PgWaldump;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What WAL says of files, held against the files, and against PostgreSQL's own reader. */
final class FileChangesTest {
  private static final int PAGE = PageChecksum.PAGE;
  private static final int SEGMENT = 16 << 20;

  private record Fork(int tablespace, int database, long relation, int fork) {}

  private record Block(Fork fork, long number) {}

  /** Remembers all of it, unbounded. */
  private static final class Told implements ChangeListener {
    final Set<Block> blocks = new HashSet<>();
    final Map<Fork, Long> limits = new HashMap<>();
    final Set<List<Integer>> resets = new HashSet<>();
    final List<String> unknown = new ArrayList<>();

    @Override
    public void record(long start, long previous) {}

    @Override
    public void block(int tablespace, int database, int relation, int fork, int block) {
      blocks.add(
          new Block(
              new Fork(tablespace, database, Integer.toUnsignedLong(relation), fork),
              Integer.toUnsignedLong(block)));
    }

    @Override
    public void truncated(int tablespace, int database, int relation, int fork, long limit) {
      Fork of = new Fork(tablespace, database, Integer.toUnsignedLong(relation), fork);
      limits.merge(of, limit, Math::min);
      blocks.removeIf(block -> block.fork().equals(of) && block.number() >= limit);
    }

    @Override
    public void databaseReset(int tablespace, int database) {
      resets.add(List.of(tablespace, database));
    }

    @Override
    public void unknown(String why) {
      unknown.add(why);
    }
  }

  /** A page that differs and was not told of would be missing in an incremental backup. */
  @ParameterizedTest
  @EnumSource
  void tellsOfEveryPageThatChanges(PostgresMajor major) throws IOException {
    try (TestCluster cluster =
        TestCluster.of(major)
            .setting("max_prepared_transactions", "5")
            .setting("wal_keep_size", "2GB")
            .setting("max_wal_size", "2GB")
            .setting("allow_in_place_tablespaces", "on")
            .start()) {
      cluster.sql(
          "CREATE TABLE old (id int PRIMARY KEY, t text)",
          "INSERT INTO old SELECT i, repeat('x', 200) FROM generate_series(1, 3000) i",
          "CREATE TABLE cut AS SELECT i, repeat('y', 500) t FROM generate_series(1, 3000) i",
          "CREATE TABLE moved AS SELECT i FROM generate_series(1, 3000) i",
          "CREATE DATABASE before",
          "VACUUM",
          "CHECKPOINT");
      Lsn start = Lsn.parse(cluster.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      Map<String, byte[]> before = relationFiles(cluster);
      WalWorkload.run(cluster);
      cluster.sql(
          "UPDATE old SET t = 'z' WHERE id % 97 = 0",
          "DELETE FROM cut WHERE i > 1000",
          "VACUUM cut",
          "INSERT INTO cut SELECT i, repeat('n', 500) FROM generate_series(1, 700) i",
          "CREATE TABLESPACE place LOCATION ''",
          "ALTER TABLE moved SET TABLESPACE place",
          "CREATE INDEX ON old USING gist (box(point(id, id), point(id, id)))",
          "CREATE INDEX ON old USING spgist (t)",
          "CREATE UNLOGGED TABLE fleeting (i int PRIMARY KEY)",
          "ALTER TABLE fleeting SET LOGGED",
          "CLUSTER old USING old_pkey",
          "DROP DATABASE before",
          "CREATE DATABASE copied TABLESPACE place",
          "VACUUM FULL a",
          "CHECKPOINT");
      cluster.stop();
      Told told = new Told();
      FileChanges changes = new FileChanges(major.number(), told);
      WalWorkload.scan(
          cluster,
          SEGMENT,
          (record, end) -> {
            if (!new Lsn(record.start()).isBefore(start)) {
              changes.read(record);
            }
          });
      assertThat(told.unknown).isEmpty();
      assertThat(told.resets).hasSizeGreaterThan(2);
      int differing = 0;
      for (Map.Entry<String, byte[]> file : relationFiles(cluster).entrySet()) {
        differing += compare(file.getKey(), before.get(file.getKey()), file.getValue(), told);
      }
      assertThat(differing).as("pages that differ").isGreaterThan(50);
    }
  }

  /** Fails on a page that changed untold; returns how many changed. */
  private static int compare(String path, byte @Nullable [] before, byte[] after, Told told) {
    RelationFile file = RelationFile.parse(path).orElseThrow();
    Fork fork = new Fork(file.tablespace(), file.database(), file.relation(), 0);
    long limit = told.limits.getOrDefault(fork, Long.MAX_VALUE);
    if (before == null || told.resets.contains(List.of(file.tablespace(), file.database()))) {
      assertThat(told.resets.contains(List.of(file.tablespace(), file.database())) || limit == 0)
          .as("a new file is told of: " + path)
          .isTrue();
      return 0;
    }
    int differing = 0;
    for (int block = 0; block < after.length / PAGE; block++) {
      if (told.blocks.contains(new Block(fork, block))) {
        differing++;
        continue;
      }
      boolean known = block < limit && (block + 1) * PAGE <= before.length;
      byte[] expected =
          known ? Arrays.copyOfRange(before, block * PAGE, (block + 1) * PAGE) : new byte[PAGE];
      byte[] found = Arrays.copyOfRange(after, block * PAGE, (block + 1) * PAGE);
      // With checksums on even hint bits are logged when they are the first change of a page.
      assertThat(Arrays.mismatch(found, expected))
          .as("first byte by which block %s of %s differs, untold", block, path)
          .isEqualTo(-1);
    }
    return differing;
  }

  private static Map<String, byte[]> relationFiles(TestCluster cluster) {
    Map<String, byte[]> files = new HashMap<>();
    DataDirectory.open(cluster.dataDirectory())
        .walk(entry -> {
          if (entry.relation().filter(r -> r.fork().equals(RelationFile.Fork.MAIN)).isPresent()) {
            files.put(entry.path(), bytes(cluster.dataDirectory().resolve(entry.location())));
          }
        });
    return files;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static final Pattern REFERENCE =
      Pattern.compile("blkref #\\d+: rel (\\d+)/(\\d+)/(\\d+) (?:fork (\\w+) )?blk (\\d+)");

  @Test
  void agreesWithPgWaldumpOnEveryBlock() throws IOException, InterruptedException {
    for (String compression : List.of("off", "pglz")) {
      try (TestCluster cluster =
          TestCluster.of(PostgresMajor.V15)
              .setting("max_prepared_transactions", "5")
              .setting("wal_keep_size", "2GB")
              .setting("wal_compression", compression)
              .start()) {
        WalWorkload.run(cluster);
        cluster.stop();
        List<String> ours = new ArrayList<>();
        MainData blocks = new MainData(15);
        List<Lsn> starts = new ArrayList<>();
        RecordScanner scanner =
            WalWorkload.scan(
                cluster,
                SEGMENT,
                (record, end) -> {
                  starts.add(new Lsn(record.start()));
                  blocks.tell(
                      record,
                      (tablespace, database, relation, fork, block) ->
                          ours.add(
                              new Lsn(record.start())
                                  + " "
                                  + Integer.toUnsignedString(tablespace)
                                  + "/"
                                  + Integer.toUnsignedString(database)
                                  + "/"
                                  + Integer.toUnsignedString(relation)
                                  + " "
                                  + List.of("main", "fsm", "vm", "init").get(fork)
                                  + " "
                                  + Integer.toUnsignedString(block)));
                });
        List<String> theirs =
            waldump(cluster, starts.getFirst(), Objects.requireNonNull(scanner.validUpTo()));
        assertThat(theirs).hasSizeGreaterThan(2000);
        assertThat(ours).isEqualTo(theirs);
      }
    }
  }

  private static final Pattern AT = Pattern.compile(", lsn: ([0-9A-F]+/[0-9A-F]+),");

  private static List<String> waldump(TestCluster cluster, Lsn from, Lsn to)
      throws IOException, InterruptedException {
    List<String> seen = new ArrayList<>();
    for (String line : PgWaldump.lines(cluster, from.toString(), to.toString())) {
      Matcher at = AT.matcher(line);
      if (!at.find()) {
        continue;
      }
      Matcher reference = REFERENCE.matcher(line);
      while (reference.find()) {
        String fork = reference.group(4) == null ? "main" : reference.group(4);
        seen.add(
            Lsn.parse(at.group(1))
                + (" " + reference.group(1) + "/" + reference.group(2) + "/")
                + (reference.group(3) + " " + fork + " " + reference.group(5)));
      }
    }
    return seen;
  }

  @Test
  void aSoundRecordThatMakesNoSenseIsUnknown() {
    // Records with right checksums whose headers lie: what a fuzzer makes of good WAL.
    java.util.Random random = new java.util.Random(42);
    Set<String> seen = new TreeSet<>();
    for (int round = 0; round < 2_000; round++) {
      WalWriter writer = new WalWriter(io.holdfast.postgres.SupportedVersion.V16, 1 << 20, 1);
      byte[] nonsense = new byte[random.nextInt(1, 300)];
      random.nextBytes(nonsense);
      writer.record(random.nextInt(22), random.nextInt(256), 7, nonsense);
      Told told = new Told();
      FileChanges changes = new FileChanges(16, told);
      RecordScanner scanner =
          new RecordScanner(
              io.holdfast.postgres.SupportedVersion.V16,
              1 << 20,
              (record, end) -> changes.read(record));
      byte[] bytes = writer.bytes();
      scanner.feed(new Lsn(writer.start), bytes, 0, bytes.length);
      seen.add(told.unknown.isEmpty() ? "taken" : "unknown");
      assertThat(told.unknown.size()).isLessThanOrEqualTo(1);
    }
    assertThat(seen).contains("unknown");
  }
}
