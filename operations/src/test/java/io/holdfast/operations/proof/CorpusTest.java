package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backups that differ from a healthy one in exactly one way: each is found, by its own code. The
 * source has no checksums, so that only PostgreSQL's checks of what is in the pages can find it. Of
 * the newest version, or of all with {@code -Dholdfast.corpus=full}.
 */
@ParameterizedClass
@MethodSource("versions")
class CorpusTest {
  private static final boolean FULL = "full".equals(System.getProperty("holdfast.corpus"));
  private static final int PAGE = 8192;

  @SuppressWarnings("NullAway.Init")
  private static ProofScene scene;

  private final PostgresMajor version;

  CorpusTest(PostgresMajor version) {
    this.version = version;
  }

  static List<PostgresMajor> versions() {
    return FULL ? List.of(PostgresMajor.values()) : List.of(PostgresMajor.newest());
  }

  @BeforeParameterizedClassInvocation
  static void start(PostgresMajor version) {
    TestCluster source =
        TestCluster.of(version)
            .checksums(false)
            .setting("autovacuum", "off")
            .setting("max_prepared_transactions", "5")
            .start();
    scene = new ProofScene(source);
  }

  @AfterParameterizedClassInvocation
  static void end() {
    scene.close();
  }

  @AfterEach
  void makeItHealthyAgain() {
    for (List<String> prepared : scene.source.rows("SELECT gid, database FROM pg_prepared_xacts")) {
      scene.source.sqlIn(prepared.getLast(), "ROLLBACK PREPARED '" + prepared.getFirst() + "'");
    }
    scene.source.databases().stream()
        .filter(name -> !List.of("postgres", "template1").contains(name))
        .forEach(name -> scene.source.sql("DROP DATABASE " + name));
    scene.source.sql(
        "DELETE FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND NOT EXISTS (SELECT"
            + " FROM pg_authid a WHERE a.oid = refobjid)",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public");
  }

  private static List<String> codes(Proof proof) {
    return proof.findings().stream().map(Finding::code).distinct().toList();
  }

  private static Proof found(Rung at, String... codes) {
    Proof proof = scene.prove(scene.backup(), Rung.EQUAL);
    assertThat(codes(proof)).as("%s", proof).containsExactly(codes);
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.steps())
        .filteredOn(step -> step.verdict() == Verdict.FAILED)
        .extracting(Proof.Step::rung)
        .containsExactly(at);
    return proof;
  }

  @Test
  void aRowThatSaysItIsLongerThanItsPage() {
    scene.source.sql("CREATE TABLE rows AS SELECT i, md5(i::text) FROM generate_series(1, 500) i");
    Path file = scene.fileOf("rows");
    // Line pointers are from byte 24 on, the last 15 bits of each are a length (itemid.h).
    scene.whileStopped(() -> ProofScene.flip(file, 27, 0x40));

    Proof proof = found(Rung.SOUND, "heap.corrupt");

    assertThat(proof.findings().getFirst().subject()).contains("public.rows", "postgres");
    scene.whileStopped(() -> ProofScene.flip(file, 27, 0x40));
  }

  @Test
  void aKeyInAnIndexThatNoRowHas() {
    scene.source.sql(
        "CREATE TABLE keyed AS SELECT i FROM generate_series(1, 200) i",
        "CREATE INDEX keyed_i ON keyed (i)");
    Path file = scene.fileOf("keyed_i");
    // The first tuple of the leaf, block 1, ends where 16 bytes of its own begin (nbtree.h).
    scene.whileStopped(() -> ProofScene.flip(file, PAGE + PAGE - 16 - 8, 0x7f));

    Proof proof = found(Rung.SOUND, "index.corrupt");

    assertThat(proof.findings().getFirst().subject()).contains("public.keyed_i");
  }

  @Test
  void aPageThatIsAnotherOneOfTheSameTable() {
    scene.source.sql(
        "CREATE TABLE swapped AS SELECT i FROM generate_series(1, 2000) i",
        "CREATE INDEX swapped_i ON swapped (i)");
    Path file = scene.fileOf("swapped");
    scene.whileStopped(() -> {
      byte[] content = Files.readAllBytes(file);
      System.arraycopy(content, PAGE, content, 0, PAGE);
      Files.write(file, content);
    });

    found(Rung.SOUND, "index.corrupt");
  }

  @Test
  void aVisibilityMapOfYesterday() throws IOException {
    scene.source.sql("CREATE TABLE seen AS SELECT i FROM generate_series(1, 100) i");
    scene.source.sql("VACUUM seen");
    Path map = Path.of(scene.fileOf("seen") + "_vm");
    byte[][] yesterday = new byte[1][];
    scene.whileStopped(() -> yesterday[0] = Files.readAllBytes(map));
    scene.source.sql("DELETE FROM seen WHERE i = 7");
    scene.whileStopped(() -> Files.write(map, yesterday[0]));

    found(Rung.SOUND, "visibility.stale");
  }

  @Test
  void aFileOfATableThatIsGone() {
    scene.source.sql("CREATE TABLE lost AS SELECT i FROM generate_series(1, 100) i");
    Path file = scene.fileOf("lost");
    byte[][] content = new byte[1][];
    scene.whileStopped(() -> {
      content[0] = Files.readAllBytes(file);
      Files.delete(file);
    });

    Proof proof = scene.prove(scene.backup(), Rung.SOUND);

    scene.whileStopped(() -> {
      Files.write(file, content[0]);
      Files.setAttribute(
          file, "unix:uid", Files.getAttribute(scene.source.dataDirectory(), "unix:uid"));
    });
    scene.source.sql("DROP TABLE lost");

    assertThat(codes(proof)).as("%s", proof).containsExactly("file.unreadable");
    assertThat(proof.findings().getFirst().subject()).contains("public.lost");
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
  }

  private static void truncate(Path file, int pages) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate((long) pages * PAGE);
    }
  }

  @Test
  void aTableThatLostItsEnd() {
    scene.source.sql(
        "CREATE TABLE shorter AS SELECT i FROM generate_series(1, 2000) i",
        "CREATE INDEX shorter_i ON shorter (i)");
    Path file = scene.fileOf("shorter");
    scene.whileStopped(() -> truncate(file, 3));

    Proof proof = found(Rung.SOUND, "rows.lost");

    assertThat(proof.findings().getFirst().subject()).contains("public.shorter");
    assertThat(proof.findings().getFirst().found()).contains("an index leads beyond its pages");
  }

  @Test
  void aTableThatLostItsEndOfWhichTheVisibilityMapSaysThatNobodyNeedsToLookThere() {
    scene.source.sql(
        "CREATE TABLE shorter AS SELECT i FROM generate_series(1, 2000) i",
        "CREATE INDEX shorter_i ON shorter (abs(i))");
    scene.source.sql("VACUUM shorter");
    Path file = scene.fileOf("shorter");
    scene.whileStopped(() -> truncate(file, 3));

    Proof proof = found(Rung.SOUND, "rows.lost");

    assertThat(proof.findings().getFirst().found()).contains("an index leads to 2000");
  }

  @Test
  void aCatalogThatLostItsEnd() {
    scene.source.sql("CREATE DATABASE cut");
    Path file = scene.fileOf("cut", "pg_conversion");
    scene.whileStopped(() -> truncate(file, 1));

    Proof proof = found(Rung.SOUND, "rows.lost");

    assertThat(proof.findings().getFirst().subject())
        .isEqualTo("pg_catalog.pg_conversion in database cut");
  }

  /** What is more than a gigabyte is in several files. */
  @Test
  @EnabledIfSystemProperty(named = "holdfast.corpus", matches = "full")
  void aTableWhoseSecondFileIsGone() throws IOException {
    scene.source.sql(
        "CREATE TABLE large (i int, filler text) WITH (fillfactor = 10)",
        "ALTER TABLE large ALTER COLUMN filler SET STORAGE PLAIN",
        "INSERT INTO large SELECT i, repeat('x', 500) FROM generate_series(1, 140000) i",
        "CREATE INDEX large_i ON large (i)");
    Path second = Path.of(scene.fileOf("large") + ".1");
    scene.whileStopped(() -> Files.delete(second));

    found(Rung.SOUND, "rows.lost");
  }

  @Test
  void aPageThatWasEmptied() {
    scene.source.sql(
        "CREATE TABLE emptier AS SELECT i FROM generate_series(1, 2000) i",
        "CREATE INDEX emptier_i ON emptier (i)");
    scene.source.sql("VACUUM emptier");
    Path file = scene.fileOf("emptier");
    scene.whileStopped(() -> {
      byte[] content = Files.readAllBytes(file);
      Arrays.fill(content, PAGE, 2 * PAGE, (byte) 0);
      Files.write(file, content);
    });

    found(Rung.SOUND, "rows.lost");
  }

  @Test
  void aBitOfALinePointerThatSaysThatItIsUsed() {
    scene.source.sql(
        "CREATE TABLE pointed AS SELECT i FROM generate_series(1, 200) i",
        "CREATE INDEX pointed_i ON pointed (i)");
    scene.source.sql("VACUUM pointed");
    Path file = scene.fileOf("pointed");
    // The two bits in the middle of a line pointer say what it is; LP_NORMAL is 1 (itemid.h).
    scene.whileStopped(() -> ProofScene.flip(file, 25, 0x80));

    Proof proof = found(Rung.SOUND, "rows.lost");

    assertThat(proof.findings().getFirst().found())
        .contains("its pages hold 199 rows, an index leads to 200");
  }

  @Test
  void aBitOfTheTransactionThatMadeARow() {
    scene.source.sql("CREATE TABLE headed AS SELECT i FROM generate_series(1, 200) i");
    Path file = scene.fileOf("headed");
    // The first row lies at the end of its page: 24 bytes of header, 4 of content, aligned.
    scene.whileStopped(() -> ProofScene.flip(file, PAGE - 32 + 3, 0x20));

    found(Rung.SOUND, "heap.corrupt");
  }

  /** Nothing in PostgreSQL knows what a value was. */
  @Test
  void aBitOfAValueIsSeenByWhoeverKnowsTheDataAndByNobodyElse() {
    scene.source.sql(
        "CREATE TABLE valued AS SELECT 'paid' AS state, i FROM generate_series(1, 9) i");
    Path file = scene.fileOf("valued");
    // Behind its header the first row has a byte of length, and the text.
    scene.whileStopped(() -> ProofScene.flip(file, PAGE - 40 + 24 + 1, 1));
    BackupId id = scene.backup();

    Proof without = scene.prove(id, Rung.EQUAL);
    assertThat(codes(without)).isEmpty();
    Proof with =
        scene.prove(
            id,
            Rung.EQUAL,
            List.of(
                new Assertion("postgres", "states", "SELECT bool_and(state = 'paid') FROM valued")),
            Optional.empty());

    assertThat(codes(with)).containsExactly("assertion.failed");
  }

  @Test
  void aKeyInAGinIndexThatIsOutOfOrder() {
    scene.source.sql(
        "CREATE TABLE tagged AS SELECT ARRAY[i] AS tags FROM generate_series(1, 20) i",
        "CREATE INDEX tagged_tags ON tagged USING gin (tags)");
    scene.source.sql("VACUUM tagged");
    Path file = scene.fileOf("tagged_tags");
    // The root, block 1: its first entry is the last tuple of the page, with 8 bytes of special
    // space
    // behind it, 8 of header and 4 of key before what it leads to.
    scene.whileStopped(() -> {
      byte[] content = Files.readAllBytes(file);
      int pointer = (content[PAGE + 24] & 0xff) | (content[PAGE + 25] & 0x7f) << 8;
      content[PAGE + pointer + 8] ^= 0x40;
      Files.write(file, content);
    });

    if (version.number() < 18) {
      Proof proof = scene.prove(scene.backup(), Rung.EQUAL);
      assertThat(codes(proof)).as("amcheck knows GIN since version 18").isEmpty();
      assertThat(proof.steps().getLast().said()).doesNotContain("GIN");
      return;
    }
    Proof proof = found(Rung.SOUND, "index.corrupt");

    assertThat(proof.findings().getFirst().subject()).contains("public.tagged_tags");
  }

  @Test
  void aRoleThatIsLost() {
    scene.source.sql(
        "CREATE ROLE keeper",
        "CREATE TABLE kept ()",
        "ALTER TABLE kept OWNER TO keeper",
        "CREATE TABLE shown ()",
        "GRANT SELECT ON shown TO keeper");
    String oid = scene.source.query("SELECT oid FROM pg_authid WHERE rolname = 'keeper'");
    scene.source.sql("DELETE FROM pg_authid WHERE rolname = 'keeper'");

    Proof proof = found(Rung.SOUND, "role.missing");

    assertThat(proof.findings().getFirst().found())
        .contains("role " + oid + ": 1 objects belong to it, 1 grants");
  }

  @Test
  void collationsOfAnotherVersion() {
    scene.source.sql(
        "CREATE COLLATION german (provider = icu, locale = 'de')",
        "CREATE TABLE words (word text COLLATE german)",
        "UPDATE pg_collation SET collversion = '1' WHERE collname = 'german'");

    Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

    assertThat(codes(proof)).as("%s", proof).containsExactly("collation.version");
    assertThat(proof.findings().getFirst().found()).contains("german: recorded 1, here");
    assertThat(proof.verdict()).as("a warning").isEqualTo(Verdict.PASSED);
  }

  @Test
  void aDatabaseWhoseCollationIsOfAnotherVersion() {
    if (version.number() == 14) {
      // It keeps no version for a database, so there is nothing that could differ.
      assertThatThrownBy(() -> scene.source.sql("SELECT datcollversion FROM pg_database"))
          .hasMessageContaining("does not exist");
      return;
    }
    scene.source.sql(
        "CREATE DATABASE german TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de'",
        "UPDATE pg_database SET datcollversion = '1' WHERE datname = 'german'");

    Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

    assertThat(codes(proof)).as("%s", proof).containsExactly("collation.version");
    assertThat(proof.findings().getFirst().subject()).isEqualTo("database german");
  }

  @Test
  void aLibraryThatThisMachineLacksIsNoFaultOfTheBackup() {
    scene.source.sql(
        "CREATE FUNCTION elsewhere() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
        "UPDATE pg_proc SET probin = '$libdir/elsewhere', prolang = (SELECT oid FROM pg_language"
            + " WHERE lanname = 'c') WHERE proname = 'elsewhere'");

    Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

    assertThat(codes(proof)).isEmpty();
    assertThat(proof.verdict()).isEqualTo(Verdict.UNVERIFIED);
    assertThat(proof.steps())
        .anySatisfy(step -> assertThat(step.said()).contains("$libdir/elsewhere"));
  }

  /** Everything that makes an index and its table differ and is as it should be. */
  @Test
  void aBusyOneIsHealthy() throws SQLException {
    scene.source.sql("CREATE DATABASE busy");
    scene.source.sqlIn(
        "busy",
        "CREATE TABLE dead (id int PRIMARY KEY, n int, t text)",
        "INSERT INTO dead SELECT i, i, repeat(i::text, 20) FROM generate_series(1, 5000) i",
        "VACUUM dead",
        "DELETE FROM dead WHERE id % 7 = 0",
        "UPDATE dead SET n = n + 1 WHERE id % 5 = 0", // in place: HOT
        "UPDATE dead SET id = -id WHERE id % 11 = 0",
        "CREATE INDEX over_broken_chains ON dead (n)",
        "CREATE TABLE half (i int)",
        "INSERT INTO half SELECT i FROM generate_series(1, 100) i",
        "CREATE INDEX ON half (i) WHERE i > 50",
        "CREATE UNLOGGED TABLE unlogged (i int PRIMARY KEY)",
        "INSERT INTO unlogged SELECT i FROM generate_series(1, 100) i",
        "CREATE TABLE parts (i int PRIMARY KEY) PARTITION BY RANGE (i)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100)",
        "INSERT INTO parts SELECT i FROM generate_series(0, 99) i",
        "CREATE TABLE parent (i int PRIMARY KEY)",
        "CREATE TABLE child (PRIMARY KEY (i)) INHERITS (parent)",
        "INSERT INTO child SELECT i FROM generate_series(1, 50) i",
        "CREATE TABLE toasted (id int PRIMARY KEY, t text)",
        "ALTER TABLE toasted ALTER COLUMN t SET STORAGE EXTERNAL",
        "INSERT INTO toasted SELECT i, repeat(i::text, 9000) FROM generate_series(1, 20) i",
        "DELETE FROM toasted WHERE id < 5",
        "CREATE TABLE twice (i int)",
        "INSERT INTO twice VALUES (1), (1)",
        "CREATE TABLE kinds (i int, a int[], p point, d timestamptz)",
        "INSERT INTO kinds SELECT i, CASE WHEN i % 9 = 0 THEN NULL WHEN i % 8 = 0 THEN '{}' ELSE"
            + " ARRAY[i % 10, i] END, point(i, i), now() FROM generate_series(1, 5000) i",
        "CREATE INDEX ON kinds USING hash (i)",
        "CREATE INDEX ON kinds USING gin (a)",
        "CREATE INDEX ON kinds USING gist (p)",
        "CREATE INDEX ON kinds USING spgist (p)",
        "CREATE INDEX ON kinds USING brin (d)",
        "INSERT INTO kinds SELECT i, ARRAY[i % 10] FROM generate_series(5000, 6000) i",
        "CREATE MATERIALIZED VIEW seen AS SELECT i FROM kinds",
        "CREATE INDEX ON seen (i)",
        "CREATE MATERIALIZED VIEW unseen AS SELECT i FROM kinds WITH NO DATA",
        "CREATE UNIQUE INDEX ON unseen (i)");
    assertThatThrownBy(() ->
            scene.source.sqlIn("busy", "CREATE UNIQUE INDEX CONCURRENTLY twice_i ON twice (i)"))
        .as("leaves an index that is not valid")
        .hasMessageContaining("twice_i");
    try (Connection connection = scene.source.connect("busy");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE leftover (i int PRIMARY KEY)");
      statement.execute("INSERT INTO leftover SELECT i FROM generate_series(1, 500) i");
      statement.execute(
          "BEGIN; INSERT INTO dead VALUES (100000, 1, 'not yet'); DELETE FROM dead"
              + " WHERE id = 1; PREPARE TRANSACTION 'not yet'");

      Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

      assertThat(codes(proof)).as("%s", proof).isEmpty();
      assertThat(proof.verdict()).as("%s", proof).isEqualTo(Verdict.PASSED);
      assertThat(proof.tables()).contains(new Proof.TableRows("busy", "public.half", 100));
    }
  }

  /** It holds its locks in the copy too, and nobody there will ever end it. */
  @Test
  void aTableThatAPreparedTransactionHasLockedIsNotVerified() {
    scene.source.sql(
        "CREATE TABLE locked (i int PRIMARY KEY)",
        "BEGIN; LOCK TABLE locked; PREPARE TRANSACTION 'for ever'");

    Proof proof = scene.prove(scene.backup(), Rung.SOUND);

    assertThat(codes(proof)).as("%s", proof).isEmpty();
    assertThat(proof.verdict()).as("%s", proof).isEqualTo(Verdict.UNVERIFIED);
    assertThat(proof.steps().getLast().said()).contains("public.locked").contains("lock timeout");
  }

  @Test
  void aSequenceBehindItsColumn() {
    scene.source.sql(
        "CREATE TABLE counted (id serial PRIMARY KEY)",
        "INSERT INTO counted SELECT i FROM generate_series(1, 10) i");

    Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

    assertThat(codes(proof)).containsExactly("sequence.behind");
    assertThat(proof.verdict()).as("a warning").isEqualTo(Verdict.PASSED);
  }

  @Test
  void aTableThatWasEmptiedBeforeTheBackup() {
    scene.source.sql("CREATE TABLE emptied AS SELECT i FROM generate_series(1, 1000) i");
    Proof before = scene.prove(scene.backup(), Rung.EQUAL);
    assertThat(before.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(codes(before)).isEmpty();
    scene.source.sql("TRUNCATE emptied");

    Proof after = scene.prove(scene.backup(), Rung.EQUAL, List.of(), Optional.of(before));

    assertThat(codes(after)).containsExactly("rows.vanished");
    assertThat(after.findings().getFirst().found()).contains("1000 rows").contains("none");
  }

  @Test
  void whatTheUserSaysOfHisData() {
    scene.source.sql(
        "CREATE TABLE news AS SELECT now() - interval '2 days' AS at FROM generate_series(1, 5)");
    BackupId id = scene.backup();

    Proof proof =
        scene.prove(
            id,
            Rung.EQUAL,
            List.of(
                new Assertion("postgres", "some", "SELECT count(*) = 5 FROM news"),
                new Assertion(
                    "postgres", "fresh", "SELECT max(at) > :target - interval '1 day' FROM news"),
                new Assertion("postgres", "there", "SELECT count(*) = 1 FROM nowhere"),
                new Assertion("postgres", "no answer", "SELECT 5"),
                new Assertion("elsewhere", "no database", "SELECT true")),
            Optional.empty());

    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.findings())
        .extracting(Finding::code, Finding::subject)
        .extracting(Object::toString)
        .hasSize(4)
        .anySatisfy(text -> assertThat(text).contains("assertion.failed").contains("'fresh'"))
        .anySatisfy(text -> assertThat(text).contains("assertion.error").contains("'there'"))
        .anySatisfy(text -> assertThat(text).contains("assertion.error").contains("'no answer'"))
        .anySatisfy(text -> assertThat(text).contains("assertion.error").contains("'no database'"));
    assertThat(proof.steps().getLast().said()).contains("1 of 5 statements of yours hold");
  }

  @Test
  void aPackThatIsDamagedOrGone() throws IOException {
    BackupId id = scene.backup();
    Path pack = last(scene.repositoryFolder.resolve("clusters/main/packs"), CorpusTest::length);
    byte[] content = Files.readAllBytes(pack);
    byte[] damaged = content.clone();
    damaged[content.length / 2] ^= 1;
    replace(pack, damaged);

    Proof flipped = scene.prove(id, Rung.EQUAL);
    assertThat(codes(flipped)).containsExactly("pack.damaged");
    assertThat(flipped.steps())
        .extracting(Proof.Step::verdict)
        .containsExactly(
            Verdict.PASSED,
            Verdict.FAILED,
            Verdict.UNVERIFIED,
            Verdict.UNVERIFIED,
            Verdict.UNVERIFIED);
    assertThat(flipped.verdict()).isEqualTo(Verdict.FAILED);

    Files.delete(pack);
    Proof gone = scene.prove(id, Rung.EQUAL);
    assertThat(codes(gone)).containsExactly("pack.missing");
    assertThat(gone.reached()).isEmpty();
    replace(pack, content);
    assertThat(scene.prove(id, Rung.INTACT).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void walThatIsGone() throws IOException {
    BackupId id = scene.backup();
    // Whole, or in parts where the backup needed no more of it.
    Map<Path, byte[]> segment =
        named(
            scene.repositoryFolder.resolve("clusters/main/wal"),
            firstSegment(PhysicalDetails.of(scene.archive.open(id).manifest())));
    assertThat(segment).isNotEmpty();
    for (Path file : segment.keySet()) {
      Files.delete(file);
    }

    Proof proof = scene.prove(id, Rung.EQUAL);

    assertThat(codes(proof)).containsExactly("wal.missing");
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    for (Map.Entry<Path, byte[]> file : segment.entrySet()) {
      replace(file.getKey(), file.getValue());
    }
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    Files.write(file, content);
  }

  /** Of the files below the last one in that order. */
  private static Path last(Path folder, Function<Path, Long> order) throws IOException {
    List<Path> files = new ArrayList<>();
    collect(folder, files);
    return files.stream().max(Comparator.comparing(order)).orElseThrow();
  }

  /** The backup cannot be restored without it. */
  private static String firstSegment(PhysicalDetails details) {
    return WalSegment.holding(
            details.window().startTimeline(),
            details.window().start(),
            details.server().walSegmentSize())
        .name();
  }

  /** What there is of a segment, with its content. */
  private static Map<Path, byte[]> named(Path folder, String name) throws IOException {
    List<Path> files = new ArrayList<>();
    collect(folder, files);
    Map<Path, byte[]> found = new LinkedHashMap<>();
    for (Path file : files) {
      if (folder.relativize(file).toString().contains(name)) {
        found.put(file, Files.readAllBytes(file));
      }
    }
    return found;
  }

  private static Long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(Path folder, List<Path> into) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry)) {
          collect(entry, into);
        } else {
          into.add(entry);
        }
      }
    }
  }
}
