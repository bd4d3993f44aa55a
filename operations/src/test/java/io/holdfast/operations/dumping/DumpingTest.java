package io.holdfast.operations.dumping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.logical.BlockList;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.MomentSession;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a logical backup holds, what it takes over, and what it refuses. */
class DumpingTest {
  private DumpRig rig = new DumpRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static TestCluster server() {
    return TestCluster.of(PgClients.MAJOR).start();
  }

  private static DatabaseFigures live(TestCluster server, String database) {
    return live(server, database, true);
  }

  /** With what there is to compare. */
  private static DatabaseFigures live(TestCluster server, String database, DatabaseFigures then) {
    boolean summed = then.tables().stream().anyMatch(table -> table.checksum().isPresent());
    return live(server, database, summed);
  }

  private static DatabaseFigures live(TestCluster server, String database, boolean checksums) {
    ConnectionSettings settings = ConnectionSettings.parse(server.conninfo());
    try (MomentSession session = MomentSession.begin(settings.with("dbname", database))) {
      return session.figures(checksums);
    }
  }

  private void assertRestores(TestCluster server, BackupId id, int number) {
    server.sql("DROP DATABASE IF EXISTS copy", "CREATE DATABASE copy TEMPLATE template0");
    PgClients.restore(server, "copy", rig.archive(id, number));
    DatabaseFigures then = rig.figures(id, number);
    DatabaseFigures copy = live(server, "copy", then);
    assertThat(copy.tables()).isEqualTo(then.tables());
    assertThat(copy.sequences()).isEqualTo(then.sequences());
    assertThat(copy.schema()).isEqualTo(then.schema());
    assertThat(copy.largeObjects()).isEqualTo(then.largeObjects());
    assertThat(copy.extensions()).isEqualTo(then.extensions());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everythingThatBelongsTogetherIsInOneBackup(boolean encrypted) {
    rig = new DumpRig(Storages.memory("zoo"), encrypted);
    try (TestCluster server = server()) {
      SchemaZoo.create(server, "zoo");
      server.sql(
          "ALTER ROLE zoo_reader PASSWORD 'hush'",
          "ALTER ROLE zoo_reader SET work_mem = '5MB'",
          "CREATE DATABASE \"Ödd 'name'\"");
      server.sqlIn("Ödd 'name'", "CREATE TABLE t AS SELECT generate_series(1, 10) AS id");
      LogicalOutcome outcome = rig.backUp(server, change -> change.checksums = true);

      Manifest manifest = outcome.manifest();
      assertThat(manifest.kind()).isEqualTo("logical");
      LogicalDetails details = LogicalDetails.of(rig.cluster.open(manifest.id()).manifest());
      assertThat(details).isEqualTo(outcome.details());
      assertThat(details.databases())
          .extracting(DumpedDatabase::name)
          .containsExactly("postgres", "zoo", "Ödd 'name'");
      assertThat(details.database("zoo").orElseThrow().rows()).isGreaterThan(1500);
      assertThat(details.database("zoo").orElseThrow().largeObjects()).isEqualTo(3);
      assertThat(details.server().major()).isEqualTo(15);
      assertThat(details.server().systemIdentifier()).isPresent();
      assertThat(details.client()).startsWith("15.");
      assertThat(details.moment().same()).isTrue();
      assertThat(details.notSaved()).isEmpty();
      assertThat(rig.files(manifest.id()).keySet())
          .contains(
              "databases/0001/archive.00001",
              "databases/0002/blocks",
              "databases/0003/figures.json",
              "databases/0003/pieces",
              "globals.sql",
              "settings/pg_hba.conf",
              "settings/pg_ident.conf",
              "settings/postgresql.conf",
              "settings/settings.json");
      assertThat(text(manifest.id(), LogicalFiles.GLOBALS))
          .contains("CREATE ROLE zoo_reader")
          .contains("PASSWORD 'SCRAM-SHA-256$");
      assertThat(text(manifest.id(), LogicalFiles.SETTINGS_JSON))
          .contains("work_mem=5MB")
          .contains("shared_buffers");
      assertThat(rig.figures(manifest.id(), 2).tables()).isEqualTo(live(server, "zoo").tables());
      assertRestores(server, manifest.id(), 2);
      assertRestores(server, manifest.id(), 3);
      assertThat(rig.cluster.orphans()).isEmpty();
    }
  }

  private String text(BackupId id, String path) {
    return new String(rig.content(id, path), StandardCharsets.UTF_8);
  }

  @Test
  void blocksSayWhereTheDataOfEachTableLies() throws java.io.IOException {
    try (TestCluster server = server()) {
      server.sql("CREATE TABLE a AS SELECT i, 'row ' || i AS t FROM generate_series(1, 1000) i");
      BackupId id = rig.backUp(server).manifest().id();
      List<DumpBlock> blocks =
          BlockList.read(new ByteArrayInputStream(rig.content(id, LogicalFiles.blocks(1))));
      DumpBlock block = blocks.getFirst();
      assertThat(block.table()).isEqualTo("a");
      assertThat(block.rows()).isEqualTo(1000);
      byte[] archive = rig.archive(id, 1);
      assertThat(block.offset() + block.length()).isEqualTo(archive.length);
      String data =
          new String(
              archive, (int) block.offset(), (int) block.length(), StandardCharsets.ISO_8859_1);
      assertThat(data).contains("1\trow 1\n").contains("1000\trow 1000\n");
    }
  }

  @Test
  void whatDidNotChangeIsNotStoredAgainAndEveryBackupIsWhole() {
    try (TestCluster server = server()) {
      server.sql(
          "CREATE DATABASE shop",
          "CREATE TABLE beside AS SELECT i, md5(i::text) AS t FROM generate_series(1, 20000) i");
      server.sqlIn(
          "shop",
          "CREATE TABLE orders AS SELECT i AS id, md5(i::text) || md5((i + 1)::text) AS t"
              + " FROM generate_series(1, 200000) i",
          "CREATE TABLE zebras AS SELECT generate_series(1, 10) AS id");
      LogicalOutcome first = rig.backUp(server);
      assertThat(first.manifest().parent()).isEmpty();
      assertThat(first.details().databases())
          .allSatisfy(database -> assertThat(database.bytesNew()).isEqualTo(database.bytes()));

      LogicalOutcome second = rig.backUp(server);
      assertThat(second.manifest().parent()).contains(first.manifest().id());
      assertThat(second.manifest().totals().bytesStored())
          .isLessThan(first.manifest().totals().bytesStored() / 20);
      assertThat(rig.archive(second.manifest().id(), 2))
          .hasSameSizeAs(rig.archive(first.manifest().id(), 2));

      server.sqlIn(
          "shop",
          "DELETE FROM orders WHERE id BETWEEN 100000 AND 100100",
          "INSERT INTO orders SELECT i, 'new ' || i FROM generate_series(1, 100) i",
          "ALTER TABLE zebras ADD stripes int");
      LogicalOutcome third = rig.backUp(server);
      DumpedDatabase shop = third.details().database("shop").orElseThrow();
      assertThat(shop.bytesNew()).isLessThan(shop.bytes() / 10);
      assertThat(third.details().database("postgres").orElseThrow().bytesNew()).isLessThan(400_000);

      rig.cluster.delete(first.manifest().id());
      rig.cluster.delete(second.manifest().id());
      assertRestores(server, third.manifest().id(), 2);
      assertRestores(server, third.manifest().id(), 1);
    }
  }

  @Test
  void eachDatabaseBuildsOnTheNewestBackupThatHasIt() {
    try (TestCluster server = server()) {
      server.sql("CREATE DATABASE one", "CREATE DATABASE two");
      for (String database : List.of("one", "two")) {
        server.sqlIn(
            database,
            "CREATE TABLE t AS SELECT i AS id, md5(i::text) AS t FROM generate_series(1, 50000) i");
      }
      BackupId both = rig.backUp(server).manifest().id();
      BackupId one =
          rig.backUp(server, change -> change.databases = List.of("one")).manifest().id();
      LogicalOutcome third = rig.backUp(server);
      assertThat(third.manifest().parent()).contains(one);
      assertThat(third.details().databases())
          .filteredOn(database -> !database.name().equals("postgres"))
          .allSatisfy(database -> assertThat(database.bytesNew()).isLessThan(database.bytes() / 4));
      rig.cluster.delete(both);
      rig.cluster.delete(one);
      assertRestores(server, third.manifest().id(), 1);
      assertRestores(server, third.manifest().id(), 3);
    }
  }

  @Test
  void aBackupThatLacksAPackIsNotBuiltOn() {
    try (TestCluster server = server()) {
      server.sql("CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 50000) i");
      Manifest first = rig.backUp(server).manifest();
      String pack =
          String.format(
              "clusters/main/packs/%s/%06d.pack",
              first.id(), first.packs().getFirst().pack().number());
      rig.storage.delete(io.holdfast.storage.ObjectKey.of(pack));
      LogicalOutcome second = rig.backUp(server);
      assertThat(second.manifest().parent()).isEmpty();
      assertThat(rig.warnings).anyMatch(line -> line.contains("is not built on: pack"));
      assertRestores(server, second.manifest().id(), 1);
    }
  }

  @Test
  void patternsChooseAndOnesThatMeanNothingAreRefusedBeforeAnythingIsWritten() {
    try (TestCluster server = server()) {
      server.sql("CREATE DATABASE shop_a", "CREATE DATABASE shop_b", "CREATE DATABASE other");
      LogicalOutcome outcome =
          rig.backUp(
              server,
              change -> {
                change.databases = List.of("shop_*", "template1");
                change.exclude = List.of("*_b");
              });
      assertThat(outcome.details().databases())
          .extracting(DumpedDatabase::name)
          .containsExactly("shop_a", "template1");

      refused(server, change -> change.databases = List.of("shpo_*"), "that 'shpo_*' means");
      refused(server, change -> change.exclude = List.of("shpo"), "that 'shpo' means");
      refused(server, change -> change.exclude = List.of("*"), "no database is left");
      refused(server, change -> change.databases = List.of("template0"), "takes no connections");
      assertThat(rig.cluster.backupIds()).hasSize(1);
      assertThat(rig.cluster.orphans()).isEmpty();
    }
  }

  private void refused(
      TestCluster server,
      java.util.function.Consumer<LogicalRequest.Change> change,
      String message) {
    refused(() -> rig.backUp(server, change), message);
  }

  @Test
  void aRoleWithoutRightsIsToldWhatItLacksAndWhatCouldNotBeSaved() {
    try (TestCluster server = server()) {
      server.sql(
          "CREATE ROLE backup LOGIN PASSWORD 'x'",
          "CREATE DATABASE closed",
          "REVOKE CONNECT ON DATABASE closed FROM public",
          "CREATE TABLE mine AS SELECT 1 AS id");
      assertThatThrownBy(() -> asBackup(server))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.hint().orElseThrow()).contains("GRANT pg_read_all_data TO backup"))
          .hasMessageContaining("may not read \"public\".\"mine\" in database postgres");
      assertThat(rig.cluster.orphans()).isEmpty();

      server.sql(
          "GRANT SELECT ON mine TO backup",
          "SELECT lo_create(77)",
          "CREATE SUBSCRIPTION news CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)");
      refused(() -> asBackup(server), "may not read large object 77 in database postgres");
      assertThat(rig.cluster.orphans()).isEmpty();
      server.sql("GRANT SELECT ON LARGE OBJECT 77 TO backup");
      LogicalOutcome outcome = asBackup(server);
      assertThat(outcome.details().notSaved())
          .anyMatch(what -> what.contains("database closed"))
          .anyMatch(what -> what.contains("subscription news"))
          .anyMatch(what -> what.contains("passwords of roles"))
          .anyMatch(what -> what.contains("pg_hba.conf"));
      assertThat(rig.warnings).anyMatch(line -> line.contains("not saved: passwords of roles"));
      assertThat(outcome.details().rolePasswords()).isFalse();
      assertThat(text(outcome.manifest().id(), LogicalFiles.GLOBALS))
          .contains("CREATE ROLE backup")
          .doesNotContain("SCRAM-SHA-256");
      assertRestores(server, outcome.manifest().id(), 1);
    }
  }

  private static void refused(ThrowingCallable backup, String message) {
    assertThatThrownBy(backup).isInstanceOf(HoldfastException.class).hasMessageContaining(message);
  }

  private LogicalOutcome asBackup(TestCluster server) {
    LogicalRequest request =
        LogicalRequest.of(ConnectionSettings.parse(server.conninfo()).with("user", "backup"))
            .but(change -> change.programs = List.of(PgClients.directory()));
    return Dumping.run(rig.cluster, request, rig.progress, java.time.InstantSource.system());
  }

  @Test
  void passwordsStayOutWhenThatIsAskedFor() {
    try (TestCluster server = server()) {
      server.sql("CREATE ROLE somebody PASSWORD 'x'");
      BackupId id = rig.backUp(server, change -> change.rolePasswords = false).manifest().id();
      assertThat(text(id, LogicalFiles.GLOBALS))
          .contains("CREATE ROLE somebody")
          .doesNotContain("SCRAM-SHA-256");
      assertThat(rig.files(id))
          .hasEntrySatisfying(
              LogicalFiles.GLOBALS,
              file -> assertThat(file.attributes()).containsEntry("passwords", "omitted"));
    }
  }

  @Test
  void anotherServerIsRefused() {
    try (TestCluster server = server();
        TestCluster other = server()) {
      rig.backUp(server);
      assertThatThrownBy(() -> rig.backUp(other))
          .isInstanceOfSatisfying(
              HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
          .hasMessageContaining("expected system identifier");
      rig.backUp(other, change -> change.newSystem = true);
      assertThat(rig.cluster.backupIds()).hasSize(2);
    }
  }

  @Test
  void aServerThatIsNewerThanTheProgramsIsRefused() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V16).start()) {
      refused(server, change -> {}, "expected pg_dump 16 or newer, found 15.");
    }
  }

  @Test
  void aServerThatIsOlderThanTheProgramsIsDumped() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V14).start()) {
      SchemaZoo.create(server, "zoo");
      LogicalOutcome outcome = rig.backUp(server);
      assertThat(outcome.details().server().major()).isEqualTo(14);
      assertThat(rig.figures(outcome.manifest().id(), 2).tables()).hasSizeGreaterThan(10);
      assertRestores(server, outcome.manifest().id(), 2);
    }
  }

  @Test
  void aStandbyIsDumpedWithoutWhatItCannotRead() {
    try (TestCluster primary = server()) {
      primary.sql(
          "CREATE UNLOGGED TABLE fast AS SELECT generate_series(1, 10) AS id",
          "CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
      try (TestCluster standby = primary.standby()) {
        standby.awaitReplayOf(primary);
        LogicalOutcome outcome = rig.backUp(standby);
        assertThat(outcome.details().server().standby()).isTrue();
        assertThat(rig.figures(outcome.manifest().id(), 1).tables())
            .extracting(DatabaseFigures.Table::kind)
            .containsExactly(DatabaseFigures.Kind.UNREADABLE_UNLOGGED, DatabaseFigures.Kind.TABLE);
        assertRestores(primary, outcome.manifest().id(), 1, 1000);
      }
    }
  }

  private void assertRestores(TestCluster server, BackupId id, int number, long rows) {
    server.sql("CREATE DATABASE again TEMPLATE template0");
    PgClients.restore(server, "again", rig.archive(id, number));
    assertThat(live(server, "again").rows()).isEqualTo(rows);
  }
}
