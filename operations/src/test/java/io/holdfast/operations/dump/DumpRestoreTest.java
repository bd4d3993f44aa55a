package io.holdfast.operations.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.MomentSession;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TemporaryFiles;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpRestoreTest {
  private static final TestCluster SERVER = TestCluster.of(PgClients.MAJOR).create();
  private static final LogicalRig RIG = new LogicalRig();
  private static LogicalBackup backup;
  private static StoredDump dump;

  @BeforeAll
  static void backUp() {
    SERVER.start();
    SchemaZoo.create(SERVER, "zoo");
    SERVER.sql(
        "ALTER DATABASE zoo SET work_mem TO '12MB'",
        "ALTER ROLE zoo_reader IN DATABASE zoo SET work_mem TO '13MB'",
        "COMMENT ON DATABASE zoo IS 'of animals'",
        "REVOKE CONNECT ON DATABASE zoo FROM PUBLIC",
        "GRANT CONNECT ON DATABASE zoo TO zoo_reader",
        "ALTER ROLE zoo_reader PASSWORD 'geheim'",
        "GRANT zoo_owner TO zoo_reader");
    backup = RIG.backUp(SERVER, "zoo");
    dump = backup.dump("zoo");
  }

  @AfterAll
  static void close() {
    RIG.close();
    SERVER.close();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(SERVER.databases()).noneMatch(name -> name.endsWith("_incomplete"));
  }

  private static DumpRestoreRequest into(TestCluster server, String name) {
    return new DumpRestoreRequest(
        ConnectionSettings.parse(server.conninfo()),
        name,
        false,
        GlobalsPolicy.NONE,
        true,
        true,
        true,
        true,
        3,
        List.of(),
        false);
  }

  private static DumpRestoreRequest but(
      DumpRestoreRequest r, boolean existing, GlobalsPolicy globals, boolean owners) {
    return new DumpRestoreRequest(
        r.server(),
        r.into(),
        existing,
        globals,
        owners,
        owners,
        r.tablespaces(),
        r.analyze(),
        r.jobs(),
        r.programs(),
        false);
  }

  private static DumpRestoreResult restore(DumpRestoreRequest request) {
    DumpRestore restore = new DumpRestore(dump, request, InstantSource.system());
    return restore.run(restore.plan(backup.globals()), Progress.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aNewDatabaseIsTheSameInAllThatItHolds(int jobs) {
    String name = "of_" + jobs + " \"jobs'\\";
    DumpRestoreRequest request = into(SERVER, name);
    DumpRestoreResult result =
        restore(
            new DumpRestoreRequest(
                request.server(),
                name,
                false,
                GlobalsPolicy.NONE,
                true,
                true,
                true,
                true,
                jobs,
                List.of(),
                false));
    assertThat(result.differences()).isEmpty();
    assertThat(result.notes()).isEmpty();
    assertThat(result.compared()).isEqualTo(15);
    assertThat(result.checksums()).isEqualTo(15);
    assertThat(result.definitions()).contains("columns", "owners", "grants", "comments");
    assertThat(result.notCompared()).containsExactly("the content of large objects");
    assertThat(prints(SERVER, name)).isEqualTo(prints(SERVER, "zoo"));
    assertThat(PgClients.schema(SERVER, name)).isEqualTo(PgClients.schema(SERVER, "zoo"));
    assertThat(SERVER.queryIn(name, OBJECTS)).isEqualTo(SERVER.queryIn("zoo", OBJECTS));
    assertThat(SERVER.queryIn(name, SEQUENCES)).isEqualTo(SERVER.queryIn("zoo", SEQUENCES));
    assertThat(SERVER.query(PROPERTIES + "'" + name.replace("'", "''") + "'"))
        .isEqualTo(SERVER.query(PROPERTIES + "'zoo'"));
    assertThat(SERVER.queryIn(name, "SELECT count(*) FROM pg_stats WHERE tablename = 'customers'"))
        .isNotEqualTo("0");
  }

  @Test
  void whatARestoreLeavesOutIsADifferenceAndNamed() throws IOException {
    Path programs = Files.createTempDirectory("programs");
    try {
      script(programs.resolve("pg_dump"), "echo 'pg_dump (PostgreSQL) 15.99'");
      script(
          programs.resolve("pg_restore"),
          "exec '"
              + PgClients.directory()
              + "/pg_restore' --no-privileges --no-comments --no-publications \"$@\"");
      DumpRestoreRequest r = into(SERVER, "lacking");
      DumpRestoreResult result =
          restore(
              new DumpRestoreRequest(
                  r.server(),
                  r.into(),
                  false,
                  GlobalsPolicy.NONE,
                  true,
                  true,
                  true,
                  false,
                  2,
                  List.of(programs),
                  false));
      assertThat(result.differences())
          .containsExactly(
              "definitions of publications differ: news is missing",
              "definitions of grants differ: shop is another, shop.customers is another",
              "definitions of default privileges differ: of zoo_owner is missing",
              "definitions of comments differ: shop is missing, shop.customers is missing");
    } finally {
      TemporaryFiles.delete(programs);
    }
  }

  /** What pg_dump writes otherwise than it was, and means the same. */
  @Test
  void whatPgDumpCannotKeepIsNoDifference() {
    SERVER.sql("CREATE DATABASE kin TEMPLATE template0");
    SERVER.sqlIn(
        "kin",
        "CREATE TABLE p (a int)",
        "CREATE TABLE c (b int) INHERITS (p)",
        "ALTER TABLE p ADD COLUMN x int",
        "INSERT INTO c VALUES (1, 2, 3)",
        "CREATE TABLE k (id int PRIMARY KEY)",
        "CREATE TABLE f (id int NOT NULL, k int, CONSTRAINT f_fk FOREIGN KEY (k) REFERENCES k,"
            + " CONSTRAINT f_check CHECK (id <> 7)) PARTITION BY RANGE (id)",
        "CREATE TABLE f1 (id int NOT NULL, k int, CONSTRAINT own FOREIGN KEY (k) REFERENCES k,"
            + " CONSTRAINT f_check CHECK (id <> 7)) PARTITION BY RANGE (id)",
        "CREATE TABLE f11 PARTITION OF f1 FOR VALUES FROM (0) TO (5)",
        "ALTER TABLE f ATTACH PARTITION f1 FOR VALUES FROM (0) TO (10)",
        "INSERT INTO k VALUES (1), (2)",
        "CREATE TABLE twice AS SELECT 1 AS a FROM generate_series(1, 2)");
    assertThatThrownBy(
            () -> SERVER.sqlIn("kin", "CREATE UNIQUE INDEX CONCURRENTLY broken ON twice (a)"))
        .hasMessageContaining("duplicated");
    StoredDump kin = RIG.backUp(SERVER, "kin").dump("kin");
    DumpRestore restore = new DumpRestore(kin, into(SERVER, "kin2"), InstantSource.system());
    DumpRestoreResult result = restore.run(restore.plan(Optional.empty()), Progress.NONE);
    assertThat(result.differences()).isEmpty();
    assertThat(result.checksums()).isEqualTo(5);
  }

  private static final String OBJECTS =
      "SELECT string_agg(oid || ' ' || md5(lo_get(oid)) || lomowner || coalesce(lomacl::text, '')"
          + " || coalesce(obj_description(oid, 'pg_largeobject'), ''), ',' ORDER BY oid)"
          + " FROM pg_largeobject_metadata";
  private static final String SEQUENCES =
      "SELECT string_agg(sequencename || ' ' || coalesce(last_value::text, '-'), ',' ORDER BY sequencename)"
          + " FROM pg_sequences";
  private static final String PROPERTIES =
      "SELECT concat((SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(datacl) a), ' ', shobj_description(oid, 'pg_database'), ' ', datdba, ' ',"
          + " datcollate, encoding, (SELECT string_agg(setrole || setconfig::text, ',' ORDER BY setrole)"
          + " FROM pg_db_role_setting WHERE setdatabase = d.oid)) FROM pg_database d WHERE datname = ";

  @ParameterizedTest
  @EnumSource(
      value = PostgresMajor.class,
      names = {"V16", "V17", "V18"})
  void aServerOfANewerVersionTakesIt(PostgresMajor major) {
    try (TestCluster newer = TestCluster.of(major).start()) {
      DumpRestoreResult result = restore(but(into(newer, "zoo"), false, GlobalsPolicy.SKIP, true));
      assertThat(result.differences()).isEmpty();
      assertThat(result.definitions()).isEmpty();
      assertThat(result.notCompared())
          .anyMatch(each -> each.startsWith("definitions, for servers"));
      assertThat(result.created()).contains("role zoo_owner", "role zoo_reader");
      assertThat(result.kept()).contains("role postgres");
      assertThat(prints(newer, "zoo")).isEqualTo(prints(SERVER, "zoo"));
      assertThat(newer.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'zoo_reader'"))
          .isEqualTo(
              SERVER.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'zoo_reader'"));
      assertThat(newer.query("SELECT pg_has_role('zoo_reader', 'zoo_owner', 'member')"))
          .isEqualTo("t");
    }
  }

  @Test
  void rolesThatAreThereStayAsTheyAreUnlessTheyAreToBeUpdated() {
    try (TestCluster other = TestCluster.of(PgClients.MAJOR).start()) {
      other.sql("CREATE ROLE zoo_reader LOGIN");
      restore(but(into(other, "zoo"), false, GlobalsPolicy.SKIP, true));
      String login = "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'zoo_reader'";
      assertThat(other.query(login)).isEqualTo("t");
      restore(but(into(other, "zoo2"), false, GlobalsPolicy.UPDATE, true));
      assertThat(other.query(login)).isEqualTo("f");
    }
  }

  @Test
  void anOlderServerIsRefused() {
    try (TestCluster older = TestCluster.of(PostgresMajor.V14).start()) {
      refuses(but(into(older, "zoo"), false, GlobalsPolicy.SKIP, true), "PostgreSQL 14");
      assertThat(older.query("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'zoo%'"))
          .isEqualTo("0");
    }
  }

  @Test
  void whatIsMissingIsSaidAtOnceAndNothingIsTouched() {
    try (TestCluster bare = TestCluster.of(PgClients.MAJOR).start()) {
      bare.sql("CREATE DATABASE zoo");
      assertThatThrownBy(() -> restore(into(bare, "zoo")))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("zoo_owner")
          .hasMessageContaining("zoo_reader")
          .hasMessageContaining("a database zoo already");
      assertThat(bare.databases()).containsExactlyInAnyOrder("postgres", "template1", "zoo");
      DumpRestoreResult result = restore(but(into(bare, "mine"), false, GlobalsPolicy.NONE, false));
      assertThat(result.same()).isTrue();
      assertThat(result.definitions()).contains("columns").doesNotContain("owners", "grants");
      assertThat(result.notCompared()).anyMatch(each -> each.startsWith("grants, for the restore"));
      assertThat(
              bare.queryIn(
                  "mine", "SELECT tableowner FROM pg_tables WHERE tablename = 'customers'"))
          .isEqualTo("postgres");
    }
  }

  @Test
  void anExistingDatabaseIsTakenOnlyWhenToldAndOnlyWhereNothingClashes() {
    SERVER.sql("CREATE DATABASE existing TEMPLATE template0");
    refuses(into(SERVER, "existing"), "already");
    DumpRestoreRequest told = but(into(SERVER, "existing"), true, GlobalsPolicy.NONE, true);
    DumpRestoreResult result = restore(told);
    assertThat(result.same()).isTrue();
    assertThat(result.definitions()).isEmpty();
    assertThat(result.notCompared()).anyMatch(each -> each.startsWith("definitions and large"));
    refuses(told, "table shop.customers");
    refuses(but(into(SERVER, "nowhere"), true, GlobalsPolicy.NONE, true), "no database nowhere");
  }

  @Test
  void anExistingDatabaseKeepsItsOwnPropertiesUnlessTold() {
    SERVER.sql(
        "CREATE DATABASE kept TEMPLATE template0 CONNECTION LIMIT 7",
        "COMMENT ON DATABASE kept IS 'of its own'",
        "ALTER DATABASE kept SET work_mem TO '1MB'");
    DumpRestoreRequest told = but(into(SERVER, "kept"), true, GlobalsPolicy.NONE, true);
    String before = SERVER.query(PROPERTIES + "'kept'");
    DumpRestore restore = new DumpRestore(dump, told, InstantSource.system());
    DumpRestorePlan plan = restore.plan(Optional.empty());
    assertThat(plan.lines()).anyMatch(line -> line.contains("stay as they are"));
    assertThat(restore.run(plan, Progress.NONE).same()).isTrue();
    assertThat(SERVER.query(PROPERTIES + "'kept'"))
        .isEqualTo(before)
        .contains("of its own")
        .contains("1MB");
    assertThat(SERVER.query("SELECT datconnlimit FROM pg_database WHERE datname = 'kept'"))
        .isEqualTo("7");

    SERVER.sql("CREATE DATABASE changed TEMPLATE template0");
    DumpRestoreResult changed = restore(withProperties(into(SERVER, "changed")));
    assertThat(changed.same()).isTrue();
    assertThat(changed.definitions()).as("what else is there is no difference").isEmpty();
    assertThat(SERVER.query(PROPERTIES + "'changed'")).contains("of animals").contains("12MB");
  }

  @Test
  void whoMayNotGiveThingsToTheirOwnersIsRefusedBeforehand() {
    SERVER.sql("CREATE ROLE stranger LOGIN CREATEDB");
    DumpRestoreRequest mine = into(SERVER, "strange");
    DumpRestoreRequest strange =
        new DumpRestoreRequest(
            mine.server().with("user", "stranger"),
            "strange",
            false,
            GlobalsPolicy.NONE,
            true,
            true,
            true,
            true,
            1,
            List.of(),
            false);
    refuses(strange, "role stranger may not give things to postgres, zoo_owner");
    SERVER.sql("GRANT zoo_owner, postgres TO stranger");
    new DumpRestore(dump, strange, InstantSource.system()).plan(Optional.empty());
    SERVER.sql("REVOKE zoo_owner, postgres FROM stranger");
    new DumpRestore(dump, but(strange, false, GlobalsPolicy.NONE, false), InstantSource.system())
        .plan(Optional.empty());
  }

  private static DumpRestoreRequest withProperties(DumpRestoreRequest r) {
    return new DumpRestoreRequest(
        r.server(),
        r.into(),
        true,
        r.globals(),
        r.owners(),
        r.privileges(),
        r.tablespaces(),
        r.analyze(),
        r.jobs(),
        r.programs(),
        true);
  }

  @Test
  void whateverClashesIsFoundBeforeAnythingIsTouched() {
    SERVER.sql("CREATE DATABASE clashes TEMPLATE template0");
    DumpRestoreRequest told = but(into(SERVER, "clashes"), true, GlobalsPolicy.NONE, true);
    for (List<String> each :
        List.of(
            List.of("type shop.mood", "CREATE TYPE shop.mood AS (a int)"),
            List.of("domain shop.email", "CREATE DOMAIN shop.email AS text"),
            List.of("sequence shop.invoice_number", "CREATE SEQUENCE shop.invoice_number"),
            List.of("index shop.customers_trgm", "CREATE TABLE shop.customers_trgm ()"),
            List.of(
                "function shop.slug(text)",
                "CREATE FUNCTION shop.slug(text) RETURNS int LANGUAGE sql AS 'SELECT 1'"),
            List.of(
                "procedure shop.nothing()",
                "CREATE PROCEDURE shop.nothing() LANGUAGE sql AS 'SELECT 1'"),
            List.of("collation shop.plain", "CREATE COLLATION shop.plain FROM \"C\""),
            List.of(
                "text search configuration shop.search",
                "CREATE TEXT SEARCH CONFIGURATION shop.search (COPY = pg_catalog.simple)"),
            List.of("extension citext in schema shop", "CREATE EXTENSION citext SCHEMA shop"),
            List.of(
                "server far",
                "CREATE FOREIGN DATA WRAPPER f; CREATE SERVER far FOREIGN DATA" + " WRAPPER f"),
            List.of("publication news", "CREATE PUBLICATION news"),
            List.of("large object 70002", "SELECT lo_create(70002)"),
            List.of(
                "event trigger watcher",
                "CREATE FUNCTION shop.w() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
                    + " CREATE EVENT TRIGGER watcher ON ddl_command_end WHEN TAG IN ('CREATE VIEW')"
                    + " EXECUTE FUNCTION shop.w()"))) {
      SERVER.sqlIn("clashes", "CREATE SCHEMA shop", each.get(1));
      refuses(told, each.getFirst());
      refuses(told, "schema shop");
      SERVER.sql("DROP DATABASE clashes", "CREATE DATABASE clashes TEMPLATE template0");
    }
    SERVER.sqlIn("clashes", "CREATE EXTENSION hstore", "SELECT lo_create(5)");
    assertThat(restore(told).same()).isTrue();
  }

  private static void refuses(DumpRestoreRequest request, String why) {
    assertThatThrownBy(() -> restore(request))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining(why)
        .hasMessageContaining("nothing was touched");
  }

  @Test
  void theFirstErrorStopsItAndTheDatabaseIsGone() {
    // The second large object clashes with nothing of a new database; a full disk would: the limit
    // on sessions stands for it.
    try (TestCluster small =
        TestCluster.of(PgClients.MAJOR).setting("max_connections", "4").start()) {
      small.sql("CREATE ROLE zoo_owner", "CREATE ROLE zoo_reader");
      DumpRestoreRequest request = into(small, "zoo");
      assertThatThrownBy(() ->
              restore(
                  new DumpRestoreRequest(
                      request.server(),
                      "zoo",
                      false,
                      GlobalsPolicy.NONE,
                      true,
                      true,
                      true,
                      true,
                      8,
                      List.of(),
                      false)))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("pg_restore failed");
      assertThat(small.databases()).containsExactlyInAnyOrder("postgres", "template1");
    }
  }

  @Test
  void damageInTheRepositoryIsTheErrorAndNotWhatPgRestoreSaysOfIt() {
    try (LogicalRig rig = new LogicalRig()) {
      LogicalBackup other = rig.backUp(SERVER, "zoo");
      rig.damagePacks();
      DumpRestoreRequest request = into(SERVER, "damaged");
      assertThatThrownBy(
              () -> {
                DumpRestore restore =
                    new DumpRestore(other.dump("zoo"), request, InstantSource.system());
                restore.run(restore.plan(Optional.empty()), Progress.NONE);
              })
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED));
      assertThat(SERVER.databases()).doesNotContain("damaged");
    }
  }

  @Test
  void anInterruptEndsItsProgramsAndNothingIsLeft() throws Exception {
    Path programs = Files.createTempDirectory("programs");
    try {
      script(programs.resolve("pg_dump"), "echo 'pg_dump (PostgreSQL) 15.99'");
      script(programs.resolve("pg_restore"), "echo $$ > '" + programs + "/pid'; exec sleep 600");
      DumpRestoreRequest request = into(SERVER, "interrupted");
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread restoring =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  restore(
                      new DumpRestoreRequest(
                          request.server(),
                          "interrupted",
                          false,
                          GlobalsPolicy.NONE,
                          true,
                          true,
                          true,
                          true,
                          1,
                          List.of(programs),
                          false));
                } catch (RuntimeException e) {
                  failure.set(e);
                }
              });
      while (restoring.isAlive() && !Files.exists(programs.resolve("pid"))) {
        Thread.onSpinWait();
      }
      assertThat(SERVER.databases()).contains("interrupted_incomplete");
      restoring.interrupt();
      assertThat(restoring.join(java.time.Duration.ofSeconds(60))).isTrue();
      assertThat(failure.get())
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.INTERRUPTED));
      long pid = Long.parseLong(Files.readString(programs.resolve("pid")).strip());
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    } finally {
      TemporaryFiles.delete(programs);
    }
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void definitionsThatDifferAreNamed() {
    SERVER.sql("CREATE DATABASE altered TEMPLATE zoo");
    SERVER.sqlIn(
        "altered",
        "DROP INDEX shop.customers_trgm",
        "CREATE INDEX later ON shop.animals (name)",
        "ALTER TABLE shop.animals ALTER name SET DEFAULT 'x'",
        "CREATE OR REPLACE FUNCTION shop.slug(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT"
            + " $1 $$");
    try (MomentSession session =
        MomentSession.begin(
            ConnectionSettings.parse(SERVER.conninfo()).with("dbname", "altered"))) {
      assertThat(
              FiguresComparison.compare(
                      dump.figures(),
                      session.figures(true),
                      new FiguresComparison.Scope(true, true, true))
                  .differences())
          .containsExactlyInAnyOrder(
              "definitions of columns differ: shop.animals.name is another, shop.dogs.name is another",
              "definitions of functions differ: shop.slug(text) is another",
              "definitions of indexes differ: shop.customers_trgm is missing, shop.later was not there");
    }
  }

  @Test
  void aDifferenceIsSaid() {
    // A trigger on DDL that deletes rows: nothing that a dump could foresee.
    SERVER.sql("CREATE DATABASE meddled TEMPLATE template0");
    SERVER.sqlIn(
        "meddled",
        "CREATE FUNCTION public.meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF to_regclass('shop.teams') IS NOT NULL AND EXISTS (SELECT FROM"
            + " pg_trigger WHERE tgname = 'touch') THEN DELETE FROM public.floats; END IF; END $$",
        "CREATE EVENT TRIGGER meddle ON ddl_command_end EXECUTE FUNCTION public.meddle()");
    DumpRestoreResult result =
        restore(but(into(SERVER, "meddled"), true, GlobalsPolicy.NONE, true));
    assertThat(result.differences()).containsExactly("public.floats: expected 2 rows, found 0");
  }

  private static Map<String, Fingerprint> prints(TestCluster server, String database) {
    Map<String, Fingerprint> found = new TreeMap<>();
    ClusterContent.fingerprints(server)
        .forEach((name, print) -> {
          if (name.startsWith(database + "/")) {
            found.put(name.substring(database.length() + 1), print);
          }
        });
    assertThat(found).isNotEmpty();
    return found;
  }
}
