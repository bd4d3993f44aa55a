package io.holdfast.operations.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TemporaryFiles;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DumpGetTest {
  private static final TestCluster SERVER = TestCluster.of(PgClients.MAJOR).create();
  private static final LogicalRig RIG = new LogicalRig();
  private static byte[] original = new byte[0];
  private static StoredDump dump;

  @BeforeAll
  static void backUp() {
    SERVER.start();
    SchemaZoo.create(SERVER, "zoo");
    LogicalBackup backup = RIG.backUp(SERVER, "postgres", "zoo");
    original = PgClients.dump(SERVER, "zoo");
    dump = backup.dump("zoo");
  }

  @AfterAll
  static void close() {
    RIG.close();
    SERVER.close();
  }

  private static byte[] custom(DumpPart part) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new DumpGet(dump, part, Progress.NONE).custom(out);
    return out.toByteArray();
  }

  @Test
  void theWholeIsWhatPgDumpWrote() throws IOException {
    byte[] got = custom(DumpPart.whole(dump));
    // Another run of pg_dump differs in nothing but the second of its head.
    System.arraycopy(original, 0, got, 0, 60);
    assertThat(got).isEqualTo(original);
    SERVER.sql("CREATE DATABASE got TEMPLATE template0");
    PgClients.restore(SERVER, "got", got);
    assertThat(prints("got")).isEqualTo(prints("zoo"));
  }

  @Test
  void everyByteCanBeReadFromAnywhere() throws IOException {
    byte[] all = custom(DumpPart.whole(dump));
    List<DumpBlock> blocks = dump.blocks();
    assertThat(blocks).hasSizeGreaterThan(15);
    for (DumpBlock block : blocks) {
      DumpPart one = new DumpPart(dump.toc(e -> false), java.util.Set.of(block.dumpId()));
      byte[] got = custom(one);
      int from = got.length - (int) block.length();
      assertThat(java.util.Arrays.copyOfRange(got, from, got.length))
          .isEqualTo(
              java.util.Arrays.copyOfRange(
                  all, (int) block.offset(), (int) (block.offset() + block.length())));
    }
  }

  @Test
  void oneTableComesWithAllThatBelongsToIt() throws IOException {
    DumpPart part = DumpPart.tables(dump, List.of("shop.orders"));
    List<String> names =
        part.toc().entries().stream()
            .filter(entry -> part.dumpIds().contains(entry.dumpId()))
            .map(entry -> entry.kind() + " " + entry.tag())
            .toList();
    assertThat(names)
        .contains(
            "TABLE orders",
            "TABLE orders_2024",
            "TABLE orders_rest",
            "TABLE ATTACH orders_2025",
            "TABLE DATA orders_2025",
            "SEQUENCE orders_id_seq",
            "SEQUENCE OWNED BY orders_id_seq",
            "SEQUENCE SET orders_id_seq",
            "DEFAULT orders id",
            "CONSTRAINT orders orders_pkey",
            "INDEX orders_customer",
            "INDEX ATTACH orders_2024_customer_idx",
            "FK CONSTRAINT orders orders_customer_fkey",
            "ENCODING ENCODING")
        .doesNotContain(
            "TABLE customers", "MATERIALIZED VIEW totals", "SCHEMA shop", "TYPE money_range");
    // Into a database with what it needs and nothing of it.
    SERVER.sql("CREATE DATABASE one_table TEMPLATE template0");
    PgClients.restore(SERVER, "one_table", original, "--section=pre-data");
    PgClients.restore(SERVER, "one_table", original, "--section=data", "--table=customers");
    PgClients.restore(SERVER, "one_table", original, "--section=post-data", "--index=no_such");
    SERVER.sqlIn(
        "one_table",
        "DROP EVENT TRIGGER IF EXISTS watcher",
        "DROP MATERIALIZED VIEW shop.totals",
        "DROP TABLE shop.orders CASCADE",
        "ALTER TABLE shop.customers ADD PRIMARY KEY (id)");
    PgClients.restore(SERVER, "one_table", custom(part));
    Map<String, Fingerprint> zoo = prints("zoo");
    prints("one_table")
        .forEach((table, print) -> {
          if (table.startsWith("shop.orders")) {
            assertThat(print).as(table).isEqualTo(zoo.get(table));
            assertThat(print.rows()).isPositive();
          }
        });
    assertThat(SERVER.queryIn("one_table", "SELECT nextval('shop.orders_id_seq')"))
        .isEqualTo("1001");
  }

  @Test
  void onlyWhatIsAskedForIsFetched() throws IOException {
    DumpPart part = DumpPart.tables(dump, List.of("public.empty_one"));
    byte[] got = custom(part);
    assertThat(got.length).isLessThan(5000);
    assertThat(part.bytes(dump)).isLessThan(part.toc().length() + 100);
  }

  @Test
  void plainSqlIsWhatPgRestoreMakesOfIt() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DumpPart part = DumpPart.whole(dump);
    ClientPrograms programs = ClientPrograms.find(DumpGet.majorOf(part), List.of());
    new DumpGet(dump, part, Progress.NONE).plain(programs, out);
    SERVER.sql("CREATE DATABASE from_sql TEMPLATE template0");
    PgClients.run(
        SERVER,
        "from_sql",
        "psql",
        out.toByteArray(),
        List.of("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"));
    assertThat(prints("from_sql")).isEqualTo(prints("zoo"));
    assertThat(PgClients.schema(SERVER, "from_sql")).isEqualTo(PgClients.schema(SERVER, "zoo"));
  }

  @Test
  void aDirectoryIsTakenByPgRestoreWithJobs() throws IOException {
    Path home = Files.createTempDirectory("directory");
    try {
      Path directory = home.resolve("zoo");
      new DumpGet(dump, DumpPart.whole(dump), Progress.NONE).directory(directory);
      SERVER.sql("CREATE DATABASE from_directory TEMPLATE template0");
      PgClients.restore(SERVER, "from_directory", new byte[0], "--jobs=3", directory.toString());
      assertThat(prints("from_directory")).isEqualTo(prints("zoo"));
    } finally {
      TemporaryFiles.delete(home);
    }
  }

  @Test
  void namesThatMeanNothingOrTooMuchAreRefused() {
    assertThatThrownBy(() -> DumpPart.tables(dump, List.of("shop.nothing_of_that_name")))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("no table");
    assertThat(
            DumpPart.tables(dump, List.of("\"Ünïcode \"\"quoted\"\" Schema\".\"Täble; DROP\""))
                .toc()
                .entries())
        .isNotEmpty();
    assertThatThrownBy(() -> LogicalBackup.open(RIG.cluster, dump.backup()).dump("zo"))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("postgres, zoo");
  }

  @Test
  void theTableOfContentsHasKindsAndOwners() {
    DumpEntry table = TableNames.find(dump.toc(e -> false), "customers");
    assertThat(table.owner()).isEqualTo("zoo_owner");
    assertThat(table.definition()).isEmpty();
  }

  private static Map<String, Fingerprint> prints(String database) {
    Map<String, Fingerprint> found = new TreeMap<>();
    ClusterContent.fingerprints(SERVER)
        .forEach((name, print) -> {
          if (name.startsWith(database + "/")) {
            found.put(name.substring(database.length() + 1), print);
          }
        });
    assertThat(found).isNotEmpty();
    return found;
  }
}
