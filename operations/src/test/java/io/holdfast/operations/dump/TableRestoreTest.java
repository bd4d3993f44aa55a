package io.holdfast.operations.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableRestoreTest {
  private static final TestCluster SERVER = TestCluster.of(PgClients.MAJOR).create();
  private static final LogicalRig RIG = new LogicalRig();
  private static StoredDump dump;
  private static int made;

  /** Three generations in two schemas, and two parents. */
  private static final String[] KIN = {
    "CREATE SCHEMA old",
    "CREATE TABLE public.things (id int PRIMARY KEY, note shop.mood, CHECK (id > 0))",
    "CREATE TABLE public.inherits (extra text DEFAULT 'more')",
    "CREATE TABLE old.things_of_old (age int) INHERITS (public.things, public.inherits)",
    "CREATE TABLE old.things_of_2024 (CHECK (age = 2)) INHERITS (old.things_of_old)",
    "CREATE POLICY own ON old.things_of_2024 USING (EXISTS (SELECT FROM public.things))",
    "INSERT INTO public.things SELECT i, 'ok' FROM generate_series(1, 20) i",
    "INSERT INTO old.things_of_2024 SELECT i, 'sad', 'x', 2 FROM generate_series(1, 50) i",
  };

  private String live = "";

  @BeforeAll
  static void backUp() {
    SERVER.start();
    SchemaZoo.create(SERVER, "zoo");
    SERVER.sqlIn("zoo", KIN);
    dump = RIG.backUp(SERVER, "zoo").dump("zoo");
  }

  @AfterAll
  static void close() {
    RIG.close();
    SERVER.close();
  }

  @BeforeEach
  void aLiveDatabase() {
    live = "live" + made++;
    SERVER.sql("CREATE DATABASE " + live + " TEMPLATE zoo");
  }

  private ConnectionSettings connection() {
    return ConnectionSettings.parse(SERVER.conninfo()).with("dbname", live);
  }

  private TableCopy restore(String table, TableUse... uses) {
    return restore(connection(), table, Progress.NONE, uses);
  }

  private static TableCopy restore(
      ConnectionSettings connection, String table, Progress progress, TableUse... uses) {
    return new TableRestore(
            dump,
            new TableRestoreRequest(
                connection, table, Optional.empty(), true, true, List.of(), Set.of(uses)))
        .run(progress);
  }

  /** Refused, with no row loaded and nothing left. */
  private void refuses(String table, String why, TableUse... uses) {
    refuses(connection(), table, why, uses);
  }

  private void refuses(ConnectionSettings as, String table, String why, TableUse... uses) {
    AtomicLong loaded = new AtomicLong();
    assertThatThrownBy(() -> restore(as, table, counting(loaded), uses))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining(why);
    assertThat(loaded).hasValue(0);
    assertThat(query("SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%restored'"))
        .isEqualTo("0");
  }

  private static Progress counting(AtomicLong bytes) {
    return new Progress() {
      @Override
      public void begin(String task, long totalBytes) {}

      @Override
      public void advance(long more) {
        bytes.addAndGet(more);
      }

      @Override
      public void end() {}

      @Override
      public void note(String line) {}

      @Override
      public void warn(String line) {}
    };
  }

  private String query(String sql) {
    return SERVER.queryIn(live, sql);
  }

  private void sql(String... statements) {
    SERVER.sqlIn(live, statements);
  }

  /** A database's definition of one schema, as if it were called otherwise. */
  private String schema(String name) {
    return PgClients.text(
            PgClients.dump(SERVER, live, "--format=plain", "--schema-only", "--schema=" + name))
        .lines()
        .filter(line -> !line.startsWith("\\") && !line.startsWith("--") && !line.isBlank())
        .collect(java.util.stream.Collectors.joining("\n"));
  }

  @Test
  void aTableComesBesideItsOriginalWithAllThatBelongsToIt() {
    String before = schema("shop");
    TableCopy copy = restore("shop.customers");
    assertThat(copy.schema()).isEqualTo("customers_restored");
    assertThat(copy.rows()).isEqualTo(503);
    assertThat(copy.live()).isTrue();
    assertThat(copy.referencesIn()).containsExactly("shop.orders orders_customer_fkey");
    assertThat(schema("shop")).isEqualTo(before);
    String made = schema("customers_restored");
    assertThat(made)
        .contains("CREATE TABLE customers_restored.customers (")
        .contains("GENERATED ALWAYS AS IDENTITY")
        .contains("SEQUENCE NAME customers_restored.customers_id_seq")
        .contains("slug text GENERATED ALWAYS AS (shop.slug(name)) STORED")
        .contains("mood shop.mood DEFAULT 'ok'::shop.mood")
        .contains("CONSTRAINT customers_pkey PRIMARY KEY (id)")
        .contains("CONSTRAINT customers_mail_key UNIQUE (mail)")
        .contains("CONSTRAINT named CHECK")
        .contains("CREATE INDEX customers_trgm ON customers_restored.customers")
        .contains("CREATE INDEX customers_partial")
        .contains("CREATE STATISTICS customers_restored.customers_stats")
        .contains("CREATE TRIGGER touch BEFORE UPDATE ON customers_restored.customers")
        .contains("EXECUTE FUNCTION shop.touch()")
        .contains("ALTER TABLE customers_restored.customers OWNER TO zoo_owner")
        .contains("GRANT SELECT ON TABLE customers_restored.customers TO zoo_reader")
        .contains("GRANT UPDATE(mood) ON TABLE customers_restored.customers TO zoo_reader")
        .contains("COMMENT ON COLUMN customers_restored.customers.mood IS 'how they feel'")
        .doesNotContain("PUBLICATION");
    assertThat(query("SELECT obj_description('customers_restored'::regnamespace)"))
        .contains(dump.backup().text())
        .contains("shop.customers");
    // The next number is the next one, not the first.
    sql("INSERT INTO customers_restored.customers (name) VALUES ('new')");
    assertThat(query("SELECT max(id) FROM customers_restored.customers")).isEqualTo("504");
    assertThat(query("SELECT max(id) FROM shop.customers")).isEqualTo("503");
  }

  @Test
  void aPartitionedTableComesWithItsPartitions() {
    TableCopy copy = restore("shop.orders");
    assertThat(copy.rows()).isEqualTo(1000);
    assertThat(copy.referencesOut()).containsExactly("orders orders_customer_fkey");
    assertThat(query("SELECT count(*) FROM orders_restored.orders")).isEqualTo("1000");
    assertThat(query("SELECT count(*) FROM orders_restored.orders_2024"))
        .isEqualTo(query("SELECT count(*) FROM shop.orders_2024"));
    assertThat(
            query(
                "SELECT count(*) FROM pg_inherits WHERE inhparent IN"
                    + " ('orders_restored.orders'::regclass, 'orders_restored.orders_pkey'::regclass,"
                    + " 'orders_restored.orders_customer'::regclass)"))
        .isEqualTo("9");
    assertThat(query("SELECT pg_get_serial_sequence('orders_restored.orders', 'id')"))
        .isEqualTo("orders_restored.orders_id_seq");
    assertThat(
            query(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid ="
                    + " 'orders_restored.orders'::regclass"))
        .isEqualTo("0");
  }

  @Test
  void everyTableOfTheZooCanBeBroughtBack() {
    for (String table :
        List.of(
            "shop.dogs",
            "shop.animals",
            "shop.teams",
            "shop.secrets",
            "public.texts",
            "public.floats",
            "public.no_columns",
            "public.fast",
            "\"Ünïcode \"\"quoted\"\" Schema\".\"Täble; DROP\"",
            "shop.orders_2024")) {
      TableCopy copy = restore(table);
      assertThat(query("SELECT count(*) FROM ONLY " + copy.copied()))
          .as(table)
          .isEqualTo(query("SELECT count(*) FROM ONLY " + copy.original()));
      sql("DROP SCHEMA " + TableNames.quoted(copy.schema()) + " CASCADE");
    }
  }

  @Test
  void aChildComesAloneAndItsParentsDoNotSeeIt() {
    restore("shop.orders_2024");
    for (String table : List.of("shop.dogs", "old.things_of_2024")) {
      TableCopy copy = restore(table, TableUse.DIFF);
      assertThat(new TableComparison(connection(), copy).difference().onlyRestored()).isZero();
    }
    assertThat(
            query(
                "SELECT count(*) FROM pg_inherits i, pg_class c WHERE c.oid = i.inhrelid AND"
                    + " c.relkind = 'r' AND c.relnamespace::regnamespace::text LIKE '%restored'"))
        .isEqualTo("0");
    assertThat(query("SELECT count(*) FROM shop.animals")).isEqualTo("2");
    assertThat(query("SELECT count(*) FROM public.things")).isEqualTo("70");
    sql("UPDATE public.things SET note = 'ok'");
    assertThat(
            query(
                "SELECT count(*) FROM things_of_2024_restored.things_of_2024 WHERE note = 'sad'"
                    + " AND extra = 'x' AND age = 2"))
        .isEqualTo("50");
    assertThat(
            query(
                "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE"
                    + " relnamespace = 'things_of_2024_restored'::regnamespace"))
        .isEqualTo("things_of_2024");
    assertThat(
            query(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid ="
                    + " 'things_of_2024_restored.things_of_2024'::regclass"))
        .isEqualTo("2");
    // Nor does it need them.
    sql(
        "DROP SCHEMA things_of_2024_restored CASCADE",
        "DROP TABLE public.things CASCADE",
        "CREATE TABLE public.things ()");
    TableCopy alone = restore("old.things_of_2024");
    assertThat(alone.rows()).isEqualTo(50);
    assertThat(alone.parents()).containsExactly("old.things_of_old");
  }

  @Test
  void aParentIsComparedWithoutItsChildren() {
    sql("DELETE FROM ONLY public.things WHERE id > 15");
    TableComparison comparison =
        new TableComparison(connection(), restore("public.things", TableUse.MERGE));
    TableDifference difference = comparison.difference();
    assertThat(difference.same()).isEqualTo(15);
    assertThat(difference.onlyLive()).isZero();
    assertThat(difference.onlyRestored()).isEqualTo(5);
    assertThat(comparison.mergeMissingRows()).isEqualTo(5);
    assertThat(query("SELECT count(*) FROM ONLY public.things")).isEqualTo("20");
  }

  @Test
  void viewsAndForeignTablesComeAsDefinitions() {
    for (String view : List.of("shop.happy", "shop.totals", "shop.elsewhere")) {
      TableCopy copy = restore(view);
      assertThat(copy.rows()).isZero();
      assertThat(query("SELECT to_regclass('" + copy.copied() + "') IS NOT NULL")).isEqualTo("t");
    }
    assertThat(query("SELECT count(*) FROM happy_restored.happy"))
        .isEqualTo(query("SELECT count(*) FROM shop.happy"));
    // Filled anew, from the tables that are there.
    assertThat(query("SELECT count(*) FROM totals_restored.totals")).isEqualTo("500");
    assertThat(query("SELECT to_regclass('totals_restored.totals_customer') IS NOT NULL"))
        .isEqualTo("t");
  }

  @Test
  void aDroppedTableIsBroughtBackToo() {
    sql("DROP TABLE shop.orders CASCADE");
    TableCopy copy = restore("shop.orders");
    assertThat(copy.live()).isFalse();
    assertThat(copy.rows()).isEqualTo(1000);
    assertThatThrownBy(() -> new TableComparison(connection(), copy))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("shop.orders");
  }

  @Test
  void differencesAreCountedByKey() {
    sql(
        "DELETE FROM shop.customers WHERE id BETWEEN 11 AND 20",
        "UPDATE shop.customers SET mood = 'sad' WHERE id BETWEEN 21 AND 23 AND mood <> 'sad'",
        "INSERT INTO shop.customers (name) VALUES ('later')",
        "ALTER TABLE shop.customers ADD added int",
        "ALTER TABLE shop.customers DROP raw");
    long changed =
        Long.parseLong(
            query("SELECT count(*) FROM shop.customers WHERE changed > '2025-06-01' AND id < 30"));
    TableDifference difference =
        new TableComparison(connection(), restore("shop.customers")).difference();
    assertThat(difference.key()).containsExactly("id");
    assertThat(difference.onlyRestored()).isEqualTo(10);
    assertThat(difference.onlyLive()).isEqualTo(1);
    assertThat(difference.different()).isEqualTo(changed).isPositive();
    assertThat(difference.same()).isEqualTo(493 - changed);
    assertThat(difference.columnsOnlyRestored()).containsExactly("raw");
    assertThat(difference.columnsOnlyLive()).containsExactly("added");
    assertThat(difference.examples()).hasSize(5);
  }

  @Test
  void withoutAKeyWholeRowsAreCompared() {
    sql(
        "INSERT INTO public.floats SELECT * FROM public.floats",
        "DELETE FROM public.floats WHERE id = 2",
        "INSERT INTO public.floats SELECT i % 2 + 7 FROM generate_series(1, 3) i");
    TableDifference difference =
        new TableComparison(connection(), restore("public.floats")).difference();
    assertThat(difference.key()).isEmpty();
    assertThat(difference.onlyRestored()).isEqualTo(1);
    assertThat(difference.onlyLive()).isEqualTo(4);
    assertThat(difference.same()).isEqualTo(1);
  }

  @Test
  void missingRowsComeBackAndNothingElseChanges() {
    sql(
        "DELETE FROM shop.customers WHERE id > 400",
        "UPDATE shop.customers SET name = 'changed' WHERE id = 7",
        "INSERT INTO shop.customers (id, name) OVERRIDING SYSTEM VALUE VALUES (9000, 'later')",
        "SELECT setval('shop.customers_id_seq', 5)");
    TableComparison comparison = new TableComparison(connection(), restore("shop.customers"));
    assertThat(comparison.mergeMissingRows()).isEqualTo(103);
    assertThat(comparison.difference().onlyRestored()).isZero();
    assertThat(comparison.difference().onlyLive()).isEqualTo(1);
    assertThat(query("SELECT name FROM shop.customers WHERE id = 7")).isEqualTo("changed");
    assertThat(query("SELECT nextval('shop.customers_id_seq')")).isEqualTo("9001");
    assertThat(comparison.mergeMissingRows()).isZero();
  }

  @Test
  void aMergeThatFailsChangesNothing() {
    sql(
        "DELETE FROM shop.customers WHERE id > 400",
        "INSERT INTO shop.customers (id, name, mail) OVERRIDING SYSTEM VALUE VALUES (9000, 'x',"
            + " 'c450@example.org')");
    TableComparison comparison = new TableComparison(connection(), restore("shop.customers"));
    assertThatThrownBy(comparison::mergeMissingRows)
        .isInstanceOfSatisfying(
            PostgresException.class,
            e ->
                assertThat(e.hint().orElseThrow())
                    .contains("DROP SCHEMA \"customers_restored\" CASCADE;"))
        .hasMessageContaining("customers_mail_key");
    assertThat(query("SELECT count(*) FROM shop.customers")).isEqualTo("401");
  }

  @Test
  void rowsThatATriggerKeepsOutAreNotSaidToBeBack() {
    sql(
        "DELETE FROM shop.customers WHERE id > 400",
        "CREATE FUNCTION shop.keep_out_rows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL;"
            + " END'",
        "CREATE TRIGGER keep_out BEFORE INSERT ON shop.customers FOR EACH ROW WHEN (NEW.id > 500)"
            + " EXECUTE FUNCTION shop.keep_out_rows()");
    TableComparison comparison = new TableComparison(connection(), restore("shop.customers"));
    assertThatThrownBy(comparison::mergeMissingRows)
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("rows are missing still");
    assertThat(query("SELECT count(*) FROM shop.customers")).as("all or none").isEqualTo("400");
  }

  @Test
  void aSwapDoesNotTakeAwayWhatCameToTheTableSince() {
    sql(
        "DROP MATERIALIZED VIEW shop.totals CASCADE",
        "ALTER TABLE shop.orders ADD added int DEFAULT 7",
        "CREATE TABLE shop.orders_later PARTITION OF shop.orders FOR VALUES FROM ('2031-01-01') TO"
            + " ('2032-01-01')");
    TableCopy copy = restore("shop.orders");
    assertThatThrownBy(() -> swap(copy))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("column added, partition orders_later");
    assertThat(query("SELECT to_regclass('shop.orders_later')")).isEqualTo("shop.orders_later");
  }

  @Test
  void aPlaceThatIsTakenIsRefusedAndLeftAlone() {
    restore("public.texts");
    assertThatThrownBy(() -> restore("public.texts"))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("texts_restored");
    assertThat(query("SELECT count(*) FROM texts_restored.texts")).isEqualTo("200");
  }

  @Test
  void whatFailsLeavesNothingAndSaysWhatIsNeeded() {
    sql("DROP TYPE shop.mood CASCADE");
    refuses("shop.customers", "the database has no type shop.mood");
    // What only pg_restore finds.
    sql(
        "CREATE TYPE shop.mood AS ENUM ('sad')",
        "ALTER FUNCTION shop.touch() RENAME TO touched",
        "CREATE FUNCTION shop.touch(int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    assertThatThrownBy(() -> restore("shop.customers"))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> assertThat(e.hint().orElseThrow()).contains("function shop.touch()"))
        .hasMessageContaining("pg_restore failed");
    assertThat(query("SELECT count(*) FROM pg_namespace WHERE nspname = 'customers_restored'"))
        .isEqualTo("0");
  }

  @Test
  void whatIsToBeDoneWithACopyIsLookedForBeforeItIsMade() {
    refuses("public.floats", "no primary key", TableUse.MERGE);
    refuses("shop.happy", "is a view", TableUse.DIFF);
    refuses("shop.totals", "is a materialized view", TableUse.SWAP);
    refuses("shop.customers", "view shop.happy", TableUse.SWAP);
    refuses("shop.animals", "table shop.dogs", TableUse.SWAP);
    sql("CREATE SCHEMA texts_replaced");
    refuses("public.texts", "there is a schema texts_replaced already", TableUse.SWAP);
    sql("DROP TABLE shop.players CASCADE", "CREATE SEQUENCE shop.players_pkey");
    refuses("shop.players", "no table shop.players to compare with", TableUse.DIFF);
    refuses("shop.players", "no table shop.players to compare with", TableUse.MERGE);
    refuses("shop.players", "taken by shop.players_pkey", TableUse.SWAP);
    sql("DROP SEQUENCE shop.players_pkey", "DROP TABLE shop.teams");
    refuses("shop.players", "refer to what is not there: \"shop\".\"teams\"", TableUse.SWAP);
    sql("CREATE VIEW shop.players AS SELECT 1 AS id");
    refuses("shop.players", "something else than a table", TableUse.MERGE);
  }

  @Test
  void columnsThatDoNotFitAreFoundBeforeRowsAreLoaded() {
    sql(
        "ALTER TABLE public.texts ALTER search TYPE int USING 1",
        "ALTER TABLE shop.teams ADD must int NOT NULL DEFAULT 1, ADD may int NOT NULL DEFAULT 1",
        "ALTER TABLE shop.teams ALTER must DROP DEFAULT",
        "ALTER TABLE public.fast ALTER id TYPE uuid USING gen_random_uuid()",
        "ALTER TABLE shop.players RENAME id TO nr");
    refuses("public.texts", "column \"search\" is of type integer", TableUse.MERGE);
    refuses("shop.teams", "no default, for must", TableUse.MERGE);
    refuses("public.fast", "operator does not exist", TableUse.DIFF);
    refuses("shop.players", "another key without nulls, that both have", TableUse.MERGE);
    refuses("shop.players", "column nr", TableUse.SWAP);
    sql(
        "DROP MATERIALIZED VIEW shop.totals CASCADE",
        "CREATE TABLE shop.orders_later PARTITION OF shop.orders FOR VALUES FROM ('2031-01-01') TO"
            + " ('2032-01-01')");
    refuses("shop.orders", "partition orders_later", TableUse.SWAP);
    assertThat(
            new TableComparison(connection(), restore("public.texts", TableUse.DIFF))
                .difference()
                .different())
        .isEqualTo(200);
  }

  @Test
  void whatARoleMayNotDoIsFoundBeforeAnythingIsMade() {
    SERVER.sql("CREATE ROLE clerk LOGIN");
    try {
      ConnectionSettings clerk = connection().with("user", "clerk");
      refuses(clerk, "public.texts", "may not create schemas");
      SERVER.sql("GRANT CREATE ON DATABASE " + live + " TO clerk", "GRANT zoo_owner TO clerk");
      sql("GRANT SELECT ON public.texts, shop.secrets TO clerk");
      refuses(clerk, "public.texts", "may not insert into", TableUse.MERGE);
      refuses(clerk, "public.floats", "may not read", TableUse.DIFF);
      refuses(clerk, "public.texts", "does not own table public.texts", TableUse.SWAP);
      refuses(clerk, "shop.secrets", "row security hides rows", TableUse.DIFF);
      refuses(clerk, "public.texts", "may not give things to postgres");
    } finally {
      sql("DROP OWNED BY clerk");
      SERVER.sql("DROP ROLE clerk");
    }
  }

  @Test
  void triggersOfAMergeSeeTheSearchPathThatApplicationsHave() {
    SERVER.sql("ALTER DATABASE " + live + " SET search_path TO shop, public");
    sql(
        "DELETE FROM public.texts WHERE id > 150",
        "CREATE TABLE shop.heard (id int, late boolean)",
        "CREATE FUNCTION shop.hear() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO heard"
            + " VALUES (NEW.id, TG_ARGV[0]::boolean); RETURN NEW; END'",
        "CREATE TRIGGER now BEFORE INSERT ON public.texts FOR EACH ROW EXECUTE FUNCTION"
            + " shop.hear(false)",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.texts DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION shop.hear(true)");
    TableComparison comparison =
        new TableComparison(connection(), restore("public.texts", TableUse.MERGE));
    assertThat(comparison.mergeMissingRows()).isEqualTo(50);
    assertThat(query("SELECT count(*) || ' ' || count(*) FILTER (WHERE late) FROM shop.heard"))
        .isEqualTo("100 50");
  }

  @Test
  void aKeyIsAnyThatTheTableHasAndMeansTheSameAsItsIndex() {
    sql(
        "ALTER TABLE public.floats ALTER id SET NOT NULL",
        "CREATE UNIQUE INDEX ON public.floats (id) INCLUDE (f)",
        "DELETE FROM public.floats WHERE id = 1",
        "ALTER TABLE public.texts DROP CONSTRAINT texts_pkey",
        "UPDATE public.texts SET body = upper(id || ' name')",
        "ALTER TABLE public.texts ALTER body TYPE citext, ADD PRIMARY KEY (body)");
    TableComparison comparison =
        new TableComparison(connection(), restore("public.floats", TableUse.MERGE));
    assertThat(comparison.mergeMissingRows()).isEqualTo(1);
    assertThat(query("SELECT count(*) FROM public.floats")).isEqualTo("2");
    TableCopy copy = restore("public.texts", TableUse.DIFF);
    sql(
        "UPDATE texts_restored.texts SET body = id || ' name'",
        "ALTER TABLE texts_restored.texts ALTER body TYPE citext");
    TableDifference difference = new TableComparison(connection(), copy).difference();
    assertThat(difference.key()).containsExactly("body");
    assertThat(difference.onlyRestored()).isZero();
  }

  private java.util.Optional<String> swap(TableCopy copy) {
    return new TableSwap(connection(), dump, copy).run().replaced();
  }

  @Test
  void aSwapPutsTheTableInPlaceAndTheOldOneAside() {
    sql(
        "DROP MATERIALIZED VIEW shop.totals",
        "UPDATE shop.orders SET amount = 0",
        "CREATE TABLE public.notes (id int, placed timestamptz, FOREIGN KEY (id, placed)"
            + " REFERENCES shop.orders ON DELETE CASCADE)",
        "INSERT INTO public.notes SELECT id, placed FROM shop.orders LIMIT 10");
    String before = schema("shop");
    String total = SERVER.queryIn("zoo", "SELECT sum(amount) FROM shop.orders");
    TableSwap.Swapped swapped = new TableSwap(connection(), dump, restore("shop.orders")).run();
    assertThat(swapped.replaced()).contains("orders_replaced");
    assertThat(swapped.references()).containsExactly("notes_id_placed_fkey of public.notes");
    assertThat(query("SELECT sum(amount) FROM shop.orders")).isEqualTo(total);
    assertThat(query("SELECT sum(amount) FROM orders_replaced.orders")).isEqualTo("0.00");
    assertThat(schema("shop")).isEqualTo(before);
    assertThat(query("SELECT count(*) FROM pg_namespace WHERE nspname = 'orders_restored'"))
        .isEqualTo("0");
    // The foreign keys hold, in and out.
    sql("DELETE FROM shop.orders WHERE id = (SELECT min(id) FROM public.notes)");
    assertThat(query("SELECT count(*) FROM public.notes")).isEqualTo("9");
    assertThatThrownBy(
            () -> sql("INSERT INTO shop.orders (customer, placed) VALUES (99999, now())"))
        .hasMessageContaining("orders_customer_fkey");
    sql("DROP SCHEMA orders_replaced CASCADE");
    // 1001 went with the row that was refused.
    assertThat(query("SELECT nextval('shop.orders_id_seq')")).isEqualTo("1002");
  }

  @Test
  void aDroppedTableIsPutWhereItWas() {
    String before = schema("shop");
    sql("DROP TABLE shop.players CASCADE");
    assertThat(swap(restore("shop.players"))).isEmpty();
    sql(
        "ALTER TABLE ONLY shop.teams ADD CONSTRAINT captain_plays FOREIGN KEY (captain) REFERENCES"
            + " shop.players(id) DEFERRABLE INITIALLY DEFERRED");
    assertThat(schema("shop")).isEqualTo(before);
    assertThat(query("SELECT count(*) FROM shop.players")).isEqualTo("3");
  }

  @Test
  void aSwapThatWouldLeaveSomethingBehindIsRefused() {
    TableCopy copy = restore("shop.customers");
    assertThatThrownBy(() -> swap(copy))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("view shop.happy")
        .hasMessageContaining("publication news");
    assertThatThrownBy(() -> swap(restore("shop.animals"))).hasMessageContaining("table shop.dogs");
    assertThatThrownBy(() -> swap(restore("shop.orders_2024")))
        .hasMessageContaining("parent shop.orders");
  }

  @Test
  void aSwapThatFailsChangesNothing() {
    // A player that the dump does not know leads a team.
    sql(
        "INSERT INTO shop.players VALUES (77, 1)",
        "UPDATE shop.teams SET captain = 77 WHERE id = 1");
    TableCopy copy = restore("shop.players");
    String before = schema("shop");
    assertThatThrownBy(() -> swap(copy))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("captain_plays");
    assertThat(schema("shop")).isEqualTo(before);
    assertThat(query("SELECT count(*) FROM shop.players")).isEqualTo("4");
    assertThat(query("SELECT count(*) FROM players_restored.players")).isEqualTo("3");
  }
}
