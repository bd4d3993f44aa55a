package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.BlockScanner;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpEntry.Section;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.FilteredArchive;
import io.holdfast.postgres.PostgresException;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TemporaryFiles;
import io.holdfast.testkit.TestCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that pg_dump wrote, and what pg_restore says of ours. */
class RealArchiveTest {
  private static final TestCluster CLUSTER = TestCluster.of(PgClients.MAJOR).create();
  private static byte[] archive = new byte[0];

  @BeforeAll
  static void dump() {
    CLUSTER.start();
    SchemaZoo.create(CLUSTER, "zoo");
    archive = PgClients.dump(CLUSTER, "zoo");
  }

  @AfterAll
  static void close() {
    CLUSTER.close();
  }

  private static DumpToc toc() throws IOException {
    return DumpToc.read(new ByteArrayInputStream(archive), entry -> true);
  }

  private static List<DumpBlock> scan(byte[] bytes, int pieces) {
    BlockScanner scanner = BlockScanner.create();
    for (int at = 0; at < bytes.length; at += pieces) {
      scanner.feed(bytes, at, Math.min(pieces, bytes.length - at));
    }
    List<DumpBlock> blocks = scanner.finish();
    assertThat(scanner.length()).isEqualTo(bytes.length);
    return blocks;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 65_537, Integer.MAX_VALUE / 2})
  void findsEveryBlockAndCountsItsRowsInWhateverPiecesItComes(int pieces) throws IOException {
    List<DumpBlock> blocks = scan(archive, pieces);
    long at = toc().length();
    for (DumpBlock block : blocks) {
      assertThat(block.offset()).isEqualTo(at);
      at += block.length();
      if (block.kind().equals("TABLE DATA")) {
        String table = quoted(block.schema()) + "." + quoted(block.table());
        assertThat(block.rows())
            .as(table)
            .isEqualTo(
                Long.parseLong(CLUSTER.queryIn("zoo", "SELECT count(*) FROM ONLY " + table)));
      } else {
        assertThat(block.objects()).isEqualTo(3);
        assertThat(block.rows()).isEqualTo(DumpBlock.UNKNOWN);
      }
    }
    assertThat(at).isEqualTo(archive.length);
    assertThat(blocks).hasSizeGreaterThan(15);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Test
  void listsWhatPgRestoreLists() throws IOException {
    DumpToc toc = toc();
    List<String> ours =
        toc.entries().stream()
            .filter(entry ->
                !entry.kind().equals("ENCODING")
                    && !entry.kind().equals("STDSTRINGS")
                    && !entry.kind().equals("SEARCHPATH")
                    && !entry.kind().equals("DATABASE"))
            .map(entry ->
                entry.dumpId()
                    + "; "
                    + entry.catalog()
                    + " "
                    + entry.oid()
                    + " "
                    + entry.kind()
                    + " "
                    + (entry.schema().isEmpty() ? "-" : entry.schema())
                    + " "
                    + entry.tag()
                    + " "
                    + entry.owner())
            .toList();
    List<String> theirs =
        PgClients.text(PgClients.run(CLUSTER, "zoo", "pg_restore", archive, List.of("--list")))
            .lines()
            .filter(line -> !line.startsWith(";"))
            .toList();
    assertThat(ours).isEqualTo(theirs);
    assertThat(toc.header().database()).isEqualTo("zoo");
    assertThat(toc.header().minor()).isEqualTo(14);
    assertThat(toc.header().dumpVersion()).startsWith("15.");
  }

  @Test
  void keepsOnlyTheTextsThatAreAskedFor() throws IOException {
    DumpToc toc =
        DumpToc.read(new ByteArrayInputStream(archive), entry -> entry.tag().equals("customers"));
    for (DumpEntry entry : toc.entries()) {
      if (!entry.tag().equals("customers")) {
        assertThat(entry.definition() + entry.dropStatement() + entry.copyStatement()).isEmpty();
      } else if (entry.kind().equals("TABLE")) {
        assertThat(entry.definition()).startsWith("CREATE TABLE shop.customers (");
      }
    }
  }

  @Test
  void refusesAnArchiveThatEndsAnywhereBeforeItsEnd() {
    List<DumpBlock> blocks = scan(archive, archive.length);
    for (DumpBlock block : blocks) {
      refusesCut((int) block.offset());
      refusesCut((int) block.offset() + 1);
      refusesCut((int) (block.offset() + block.length()) - 1);
      refusesCut((int) (block.offset() + block.length()) - 5);
    }
    Random random = new Random(15);
    for (int i = 0; i < 300; i++) {
      refusesCut(random.nextInt(archive.length));
    }
  }

  private static void refusesCut(int length) {
    byte[] cut = java.util.Arrays.copyOf(archive, length);
    assertThatThrownBy(() -> scan(cut, 4096))
        .as("cut at " + length)
        .isInstanceOf(PostgresException.class);
  }

  @Test
  void refusesBytesBehindTheEnd() {
    assertThatThrownBy(() -> scan(java.util.Arrays.copyOf(archive, archive.length + 1), 4096))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("the end");
  }

  @Test
  void refusesAnotherFormAndACompressedOne() {
    byte[] compressed = PgClients.dump(CLUSTER, "zoo", "--compress=6");
    byte[] tar = PgClients.dump(CLUSTER, "zoo", "--format=tar");
    byte[] plain = PgClients.dump(CLUSTER, "zoo", "--format=plain");
    for (byte[] other : List.of(compressed, tar, plain)) {
      assertThatThrownBy(() -> scan(other, 4096)).isInstanceOf(PostgresException.class);
    }
  }

  @Test
  void aDumpOfInsertsHasNoRowsToCount() {
    List<DumpBlock> blocks = scan(PgClients.dump(CLUSTER, "zoo", "--inserts"), 4096);
    assertThat(blocks).allMatch(block -> block.rows() == DumpBlock.UNKNOWN);
  }

  /** A flipped bit in a text may go unseen; nothing may hang, exhaust memory or fail otherwise. */
  @Test
  void aFlippedBitIsRefusedOrPasses() throws IOException {
    int contents = (int) toc().length();
    Random random = new Random(16);
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      byte[] flipped = archive.clone();
      int at = i < 1000 ? i : random.nextInt(contents);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      try {
        scan(flipped, 65_536);
        DumpToc.read(new ByteArrayInputStream(flipped), entry -> true);
      } catch (PostgresException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(500, 3999);
  }

  @Test
  void randomBytesBehindAGoodHeadAreRefused() {
    Random random = new Random(17);
    for (int i = 0; i < 500; i++) {
      byte[] noise = new byte[20_000];
      random.nextBytes(noise);
      System.arraycopy(archive, 0, noise, 0, random.nextInt(400));
      assertThatThrownBy(() -> scan(noise, 1000)).isInstanceOf(PostgresException.class);
    }
  }

  private static byte[] filtered(Predicate<DumpEntry> keep) throws IOException {
    DumpToc toc = toc();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FilteredArchive.writeToc(toc, keep, new ByteArrayInputStream(archive), out);
    Map<Integer, DumpEntry> kept =
        toc.entries().stream().filter(keep).collect(Collectors.toMap(DumpEntry::dumpId, e -> e));
    for (DumpBlock block : scan(archive, archive.length)) {
      if (kept.containsKey(block.dumpId())) {
        out.write(archive, (int) block.offset(), (int) block.length());
      }
    }
    return out.toByteArray();
  }

  private static boolean special(DumpEntry entry) {
    return entry.section() == Section.PRE_DATA
        && (entry.kind().equals("ENCODING")
            || entry.kind().equals("STDSTRINGS")
            || entry.kind().equals("SEARCHPATH"));
  }

  @Test
  void withoutAFilterTheBytesAreTheSame() throws IOException {
    assertThat(filtered(entry -> true)).isEqualTo(archive);
  }

  @Test
  void pgRestoreTakesSchemaTablesAndTheRestOneAfterTheOther() throws IOException {
    CLUSTER.sql("CREATE DATABASE in_pieces TEMPLATE template0");
    PgClients.restore(CLUSTER, "in_pieces", filtered(e -> !e.hasData()), "--section=pre-data");
    List<DumpEntry> data = toc().entries().stream().filter(DumpEntry::hasData).toList();
    // In any order, each alone.
    for (DumpEntry entry : data.reversed()) {
      byte[] one = filtered(e -> special(e) || e.dumpId() == entry.dumpId() || isBlob(e, entry));
      PgClients.restore(CLUSTER, "in_pieces", one, "--section=data", "--disable-triggers");
    }
    byte[] rest = filtered(e -> !e.hasData() && !e.kind().equals("BLOB"));
    PgClients.restore(CLUSTER, "in_pieces", rest, "--section=data", "--section=post-data");
    assertSame("in_pieces");
  }

  /** Metadata of large objects are data too, and have to be there before their content. */
  private static boolean isBlob(DumpEntry entry, DumpEntry data) {
    return data.kind().equals("BLOBS") && entry.kind().equals("BLOB");
  }

  @Test
  void pgRestoreTakesTheDirectory() throws IOException {
    Path directory = Files.createTempDirectory("directory");
    try {
      DumpToc toc = toc();
      try (OutputStream out = Files.newOutputStream(directory.resolve("toc.dat"))) {
        FilteredArchive.writeDirectoryToc(toc, e -> true, new ByteArrayInputStream(archive), out);
      }
      for (DumpBlock block : scan(archive, archive.length)) {
        FilteredArchive.writeDirectoryBlock(
            toc,
            toc.entry(block.dumpId()).orElseThrow(),
            new ByteArrayInputStream(archive, (int) block.offset(), (int) block.length()),
            directory);
      }
      CLUSTER.sql("CREATE DATABASE from_directory TEMPLATE template0");
      PgClients.restore(
          CLUSTER,
          "from_directory",
          new byte[0],
          "--format=directory",
          "--jobs=2",
          directory.toString());
      assertSame("from_directory");
    } finally {
      TemporaryFiles.delete(directory);
    }
  }

  private static void assertSame(String database) {
    Map<String, Fingerprint> all = ClusterContent.fingerprints(CLUSTER);
    assertThat(of(database, all)).isEqualTo(of("zoo", all)).isNotEmpty();
    String objects =
        "SELECT string_agg(oid || ' ' || md5(lo_get(oid)) || coalesce(lomacl::text, ''), ',' ORDER BY oid)"
            + " FROM pg_largeobject_metadata";
    assertThat(CLUSTER.queryIn(database, objects)).isEqualTo(CLUSTER.queryIn("zoo", objects));
    assertThat(PgClients.schema(CLUSTER, database)).isEqualTo(PgClients.schema(CLUSTER, "zoo"));
  }

  private static Map<String, Fingerprint> of(String database, Map<String, Fingerprint> all) {
    Map<String, Fingerprint> found = new TreeMap<>();
    all.forEach((name, print) -> {
      if (name.startsWith(database + "/")) {
        found.put(name.substring(database.length() + 1), print);
      }
    });
    return found;
  }
}
