package io.holdfast.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.DatabaseFigures.Table;
import io.holdfast.postgres.DumpSource;
import io.holdfast.postgres.MomentSession;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.session.Connector;
import io.holdfast.postgres.session.SqlConnection;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TestCluster;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MomentSessionTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private static MomentSession begin(TestCluster server, String database) {
    return begin(server, database, "postgres");
  }

  private static MomentSession begin(TestCluster server, String database, String user) {
    return MomentSession.begin(
        ConnectionSettings.parse(server.conninfo()).with("dbname", database).with("user", user));
  }

  private static Table table(DatabaseFigures figures, String qualified) {
    return figures.tables().stream()
        .filter(table -> table.qualified().equals(qualified))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void everythingIsCountedAsItWasAtTheMoment(PostgresMajor major) throws Exception {
    try (TestCluster server = TestCluster.of(major).start()) {
      SchemaZoo.create(server, "zoo");
      try (MomentSession moment = begin(server, "zoo");
          MomentSession later = begin(server, "zoo")) {
        assertThat(moment.look().snapshot()).isEqualTo(later.look().snapshot());
        assertThat(moment.export()).isNotEmpty();
        moment.lockTables(PATIENCE);
        server.sqlIn(
            "zoo", "INSERT INTO shop.animals VALUES (77, 'late')", "DELETE FROM public.texts");
        try (Connection connection = server.connect("zoo");
            Statement statement = connection.createStatement()) {
          statement.execute("SET lock_timeout = 100");
          assertThatThrownBy(() -> statement.execute("TRUNCATE public.floats"))
              .hasMessageContaining("lock timeout");
        }
        requireContents(moment);
        DatabaseFigures figures = moment.figures(true);
        assertThat(figures.database()).isEqualTo("zoo");
        assertThat(figures.locale().encoding()).isEqualTo("UTF8");
        assertThat(table(figures, "shop.animals").rows()).isEqualTo(1);
        assertThat(table(figures, "shop.dogs").rows()).isEqualTo(1);
        assertThat(table(figures, "public.texts").rows()).isEqualTo(200);
        assertThat(table(figures, "public.no_columns").rows()).isEqualTo(1);
        assertThat(table(figures, "Ünïcode \"quoted\" Schema.Täble; DROP").rows()).isEqualTo(3);
        assertThat(table(figures, "shop.orders").kind()).isEqualTo(Kind.PARTITIONED);
        assertThat(table(figures, "shop.elsewhere").kind()).isEqualTo(Kind.FOREIGN);
        assertThat(table(figures, "shop.totals").kind()).isEqualTo(Kind.MATERIALIZED_VIEW);
        assertThat(table(figures, "public.texts").checksum()).isPresent();
        assertThat(figures.largeObjects()).isEqualTo(3);
        assertThat(figures.extensions())
            .extracting(DatabaseFigures.Extension::name)
            .contains("citext", "hstore", "pg_trgm");
        assertThat(figures.sequences())
            .contains(new DatabaseFigures.Sequence("shop", "invoice_number", 1028, true));
        assertThat(figures.schema())
            .containsOnlyKeys(
                "relations",
                "columns",
                "indexes",
                "constraints",
                "triggers",
                "views",
                "functions",
                "policies",
                "types",
                "rules",
                "statistics",
                "event triggers",
                "publications",
                "owners",
                "grants",
                "default privileges",
                "comments")
            .allSatisfy((sort, sum) -> assertThat(sum).doesNotStartWith("0:"));
      }
    }
  }

  @Test
  void aRestoredCopyHasTheSameFiguresAndAChangedOneHasNot() throws Exception {
    try (TestCluster server = TestCluster.of(PgClients.MAJOR).start()) {
      SchemaZoo.create(server, "zoo");
      server.sql("CREATE DATABASE copy TEMPLATE template0");
      PgClients.restore(server, "copy", PgClients.dump(server, "zoo"));
      DatabaseFigures zoo = figures(server, "zoo");
      DatabaseFigures copy = figures(server, "copy");
      assertThat(copy.tables()).isEqualTo(zoo.tables());
      assertThat(copy.sequences()).isEqualTo(zoo.sequences());
      assertThat(copy.schema()).isEqualTo(zoo.schema());
      assertThat(copy.largeObjects()).isEqualTo(zoo.largeObjects());
      assertThat(copy.collations()).isEqualTo(zoo.collations());

      server.sqlIn(
          "copy",
          "UPDATE public.floats SET f = 0.3 WHERE id = 1",
          "ALTER TABLE shop.orders ALTER amount SET DEFAULT 1");
      DatabaseFigures changed = figures(server, "copy");
      assertThat(table(changed, "public.floats").rows())
          .isEqualTo(table(zoo, "public.floats").rows());
      assertThat(table(changed, "public.floats").checksum())
          .isNotEqualTo(table(zoo, "public.floats").checksum());
      assertThat(changed.schema().get("columns")).isNotEqualTo(zoo.schema().get("columns"));
      assertThat(changed.schema().get("indexes")).isEqualTo(zoo.schema().get("indexes"));
    }
  }

  @Test
  void rowsThatAreTooLargeAreSummedUpInPieces() throws Exception {
    try (TestCluster server = TestCluster.of(PgClients.MAJOR).start()) {
      SchemaZoo.create(server, "zoo");
      server.sql("CREATE DATABASE copy TEMPLATE template0");
      PgClients.restore(server, "copy", PgClients.dump(server, "zoo"));
      List<Table> zoo = inPieces(server, "zoo");
      assertThat(zoo).hasSizeGreaterThan(10);
      assertThat(inPieces(server, "copy")).isEqualTo(zoo);
      assertThat(zoo).extracting(Table::rows).isEqualTo(rows(server));
      server.sqlIn("copy", "UPDATE shop.customers SET raw = NULL WHERE id = 7");
      assertThat(inPieces(server, "copy")).isNotEqualTo(zoo);
    }
  }

  private static List<Long> rows(TestCluster server) {
    return figures(server, "zoo").tables().stream()
        .filter(table -> table.kind() == Kind.TABLE)
        .map(Table::rows)
        .toList();
  }

  private static List<Table> inPieces(TestCluster server, String database) {
    SqlConnection sql =
        SqlConnection.open(
            new Connector(ConnectionSettings.parse(server.conninfo()).with("dbname", database)));
    try {
      List<Relation> relations = Relation.all(sql);
      FigureQueries queries = new FigureQueries(sql, database, relations);
      return relations.stream()
          .filter(relation -> !relation.isSequence() && relation.tableKind() == Kind.TABLE)
          .map(queries::inPieces)
          .toList();
    } finally {
      sql.close();
    }
  }

  /** Also by other versions' rules; those of pg_dump 15 are tried with every backup in tests. */
  private static void requireContents(MomentSession moment) {
    assertThat(moment.invisible()).isEmpty();
    assertThat(moment.contents().counts())
        .containsEntry("tables", 16L)
        .containsEntry("indexes", 7L)
        .containsEntry("keys", 11L)
        .containsEntry("foreign keys", 3L)
        .containsEntry("triggers", 1L)
        .containsEntry("grants on columns", 1L)
        .containsEntry("event triggers", 1L)
        .containsEntry("extensions", 3L);
  }

  private static DatabaseFigures figures(TestCluster server, String database) {
    try (MomentSession moment = begin(server, database)) {
      return moment.figures(true);
    }
  }

  @Test
  void whatARoleMayNotReadIsSaidWithWhatMendsIt() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      SchemaZoo.create(server, "zoo");
      server.sql("CREATE ROLE backup LOGIN");
      server.sqlIn("zoo", "CREATE MATERIALIZED VIEW public.hidden AS SELECT 1 AS id");
      try (MomentSession moment = begin(server, "zoo", "backup")) {
        assertThat(moment.unreadable())
            .noneSatisfy(missing -> assertThat(missing.what()).contains("hidden"))
            .anySatisfy(missing -> {
              assertThat(missing.what()).contains("may not read").contains("in database zoo");
              assertThat(missing.fix()).isEqualTo("GRANT pg_read_all_data TO backup;");
            });
      }
      server.sql("GRANT pg_read_all_data TO backup");
      try (MomentSession moment = begin(server, "zoo", "backup")) {
        assertThat(moment.unreadable())
            .hasSize(2)
            .first()
            .satisfies(missing -> {
              assertThat(missing.what()).contains("row security").contains("\"secrets\"");
              assertThat(missing.fix()).isEqualTo("ALTER ROLE backup BYPASSRLS;");
            });
      }
      server.sql("ALTER ROLE backup BYPASSRLS");
      try (MomentSession moment = begin(server, "zoo", "backup")) {
        assertThat(moment.unreadable())
            .singleElement()
            .satisfies(missing -> {
              assertThat(missing.what()).contains("3 large objects (70001 is one)");
              assertThat(missing.fix()).contains("GRANT SELECT ON LARGE OBJECT %s TO %s");
            });
      }
      server.sqlIn(
          "zoo",
          "DO $$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM pg_largeobject_metadata LOOP EXECUTE"
              + " format('GRANT SELECT ON LARGE OBJECT %s TO %s', o, 'backup'); END LOOP; END $$",
          "CREATE USER MAPPING FOR zoo_owner SERVER far OPTIONS (password 'x')",
          "CREATE SUBSCRIPTION news CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)");
      try (MomentSession moment = begin(server, "zoo", "backup")) {
        assertThat(moment.unreadable()).isEmpty();
        assertThat(moment.invisible())
            .hasSize(2)
            .anySatisfy(what -> assertThat(what).contains("subscription news in database zoo"))
            .anySatisfy(
                what -> assertThat(what).contains("user mapping of zoo_owner on server far"));
        assertThat(moment.figures(false).rows()).isGreaterThan(1000);
      }
    }
  }

  @Test
  void aLockThatDoesNotComeIsAFailureAndTimeOutsOfTheRoleAreNone() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      server.sql(
          "CREATE TABLE a AS SELECT generate_series(1, 1000000) AS id",
          "ALTER ROLE postgres SET statement_timeout = 300",
          "ALTER ROLE postgres SET transaction_timeout = 300");
      try (MomentSession moment = begin(server, "postgres")) {
        assertThat(moment.figures(true).rows()).isEqualTo(1_000_000);
      }
      try (Connection connection = server.connect();
          Statement statement = connection.createStatement();
          MomentSession moment = begin(server, "postgres")) {
        statement.execute("SET transaction_timeout = 0");
        connection.setAutoCommit(false);
        statement.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
        assertThatThrownBy(() -> moment.lockTables(PATIENCE))
            .isInstanceOfSatisfying(
                PostgresException.class,
                e -> assertThat(e.hint().orElseThrow()).contains("pg_locks"))
            .hasMessageContaining("could not lock the tables of database postgres");
        connection.rollback();
      }
    }
  }

  @Test
  void aSessionThatIsClosedWhileItCountsLeavesNothingOnTheServer() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      server.sql(
          "CREATE VIEW v AS SELECT 1", "CREATE TABLE a AS SELECT generate_series(1, 9000000) x");
      MomentSession moment = begin(server, "postgres");
      Thread counting =
          Thread.ofPlatform()
              .start(() -> assertThatThrownBy(() -> moment.figures(true)).isNotNull());
      server.await(
          "SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT count(*),%md5%'"
              + " AND state = 'active'");
      moment.close();
      counting.join();
      server.await("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'holdfast'");
    }
  }

  @Test
  void aSourceTellsWhatARoleMaySee() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      server.sql(
          "CREATE ROLE backup LOGIN CONNECTION LIMIT 5",
          "CREATE DATABASE closed",
          "REVOKE CONNECT ON DATABASE closed FROM public",
          "ALTER ROLE backup SET work_mem = '1MB'");
      ConnectionSettings settings = ConnectionSettings.parse(server.conninfo());
      try (DumpSource all = DumpSource.connect(settings);
          DumpSource some = DumpSource.connect(settings.with("user", "backup"))) {
        assertThat(all.facts().systemIdentifier()).isPresent();
        assertThat(all.facts().throughPooler()).isFalse();
        assertThat(all.mayReadPasswords()).isTrue();
        assertThat(some.mayReadPasswords()).isFalse();
        assertThat(some.facts().major()).isEqualTo(18);
        assertThat(some.freeSessions()).isEqualTo(4);
        assertThat(all.freeSessions()).isBetween(90, 100);
        assertThat(some.databases())
            .extracting(DumpSource.Database::name)
            .containsExactly("closed", "postgres", "template0", "template1");
        assertThat(some.database("closed").orElseThrow().permitted()).isFalse();
        assertThat(some.database("template0").orElseThrow().accepting()).isFalse();
        List<String> lacking = new ArrayList<>();
        assertThat(some.settingsFiles(lacking::add)).isEmpty();
        assertThat(lacking).singleElement().asString().contains("pg_hba.conf");
        lacking.clear();
        assertThat(all.settingsFiles(lacking::add))
            .extracting(DumpSource.SettingsFile::name)
            .contains("postgresql.conf", "pg_hba.conf", "pg_ident.conf");
        assertThat(lacking).isEmpty();
        assertThat(all.roleSettings())
            .contains(new DumpSource.RoleSetting("backup", "", List.of("work_mem=1MB")));
        assertThat(all.settings()).anyMatch(setting -> setting.name().equals("shared_buffers"));
      }
    }
  }
}
