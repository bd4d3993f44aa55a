package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.RawPath;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.StoredFile;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backups of real servers, and whether servers come back from them. */
class PhysicalBackupTest {
  private final BackupRig rig = new BackupRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aBackupUnderLoadComesBackConsistent(PostgresMajor major) {
    try (TestCluster server = TestCluster.of(major).start()) {
      TpcbLoad.prepare(server, 2);
      server.sql(
          "CREATE TABLE still AS SELECT g, md5(g::text) m FROM generate_series(1, 5000) g",
          "CREATE UNLOGGED TABLE quick AS SELECT g FROM generate_series(1, 5000) g");
      Fingerprint still = ClusterContent.fingerprints(server).get("postgres/public.still");
      BackupOutcome outcome;
      try (TpcbLoad load = TpcbLoad.start(server, 2)) {
        load.awaitCommits(50);
        outcome = rig.backUp(server);
        load.awaitCommits(50);
      }

      PhysicalDetails details = outcome.details();
      assertThat(details.findings().clean()).isTrue();
      assertThat(details.findings().pagesChecked()).isGreaterThan(500);
      assertThat(details.server().major()).isEqualTo(major.number());
      assertThat(details.window().stop()).isGreaterThan(details.window().start());
      assertThat(details.window().walFrom()).isEqualTo("backup");
      assertThat(details.parsedControl().systemIdentifier())
          .isEqualTo(details.server().systemIdentifier());
      assertThat(rig.warnings).isEmpty();
      server.await("SELECT count(*) = 0 FROM pg_replication_slots");

      try (TestCluster copy = start(major, outcome.manifest().id())) {
        assertThat(copy.query("SELECT sum(balance) FROM accounts"))
            .isEqualTo(copy.query("SELECT sum(delta) FROM history"))
            .isEqualTo(copy.query("SELECT sum(balance) FROM branches"));
        assertThat(copy.query("SELECT count(*) FROM quick")).isEqualTo("0");
        assertThat(ClusterContent.fingerprints(copy)).containsEntry("postgres/public.still", still);
        assertThat(ClusterContent.damage(copy)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aBackupOfAQuietStandbyComesBackTheSame(PostgresMajor major) {
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby()) {
      TpcbLoad.prepare(primary, 1);
      ClusterContent.installChecks(primary);
      standby.awaitReplayOf(primary);
      Map<String, Fingerprint> content = ClusterContent.fingerprints(primary);

      BackupOutcome outcome = rig.backUp(standby);

      assertThat(outcome.details().window().fromStandby()).isTrue();
      assertThat(new String(outcome.details().label(), StandardCharsets.UTF_8))
          .contains("BACKUP FROM: standby");
      try (TestCluster copy = start(major, outcome.manifest().id())) {
        assertThat(ClusterContent.fingerprints(copy)).isEqualTo(content);
        assertThat(ClusterContent.damage(copy)).isEmpty();
      }
    }
  }

  @Test
  void aStandbyUnderLoadComesBackConsistent() {
    PostgresMajor major = PostgresMajor.V16;
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby()) {
      TpcbLoad.prepare(primary, 2);
      standby.awaitReplayOf(primary);
      BackupOutcome outcome;
      try (TpcbLoad load = TpcbLoad.start(primary, 2)) {
        load.awaitCommits(50);
        outcome = rig.backUp(standby);
      }
      try (TestCluster copy = start(major, outcome.manifest().id())) {
        assertThat(copy.query("SELECT coalesce(sum(balance), 0) FROM accounts"))
            .isEqualTo(copy.query("SELECT coalesce(sum(delta), 0) FROM history"));
        assertThat(ClusterContent.damage(copy)).isEmpty();
      }
    }
  }

  @Test
  void tablespacesAndOddNamesAndUnusualSettingsComeBack() {
    PostgresMajor major = PostgresMajor.newest();
    Path elsewhere = rig.newDirectory("ts");
    try (TestCluster server =
        TestCluster.of(major)
            .checksums(false)
            .walSegmentMegabytes(64)
            .directoryName("my 'däta")
            .setting("allow_in_place_tablespaces", "on")
            .start()) {
      server.sql(
          "CREATE TABLESPACE \"linked ü\" LOCATION '" + elsewhere + "'",
          "CREATE TABLESPACE inplace LOCATION ''",
          "CREATE TABLE a TABLESPACE \"linked ü\" AS SELECT g FROM generate_series(1, 3000) g",
          "CREATE TABLE b TABLESPACE inplace AS SELECT g FROM generate_series(1, 3000) g",
          "CREATE DATABASE \"Pünktchen & 'Anton'\"");
      server.sqlIn("Pünktchen & 'Anton'", "CREATE TABLE \"x\"\"y\" AS SELECT 1 AS one");
      Map<String, Fingerprint> content = ClusterContent.fingerprints(server);

      BackupOutcome outcome = rig.backUp(server);

      assertThat(outcome.details().server().checksummed()).isFalse();
      assertThat(outcome.details().server().walSegmentSize()).isEqualTo(64 << 20);
      assertThat(outcome.details().notes()).anyMatch(note -> note.contains("no data checksums"));
      assertThat(outcome.details().tablespaces()).hasSize(2);
      assertThat(outcome.details().tablespaceMap()).isPresent();
      Path data = rig.materialise(outcome.manifest().id(), location -> location + "/copy");
      try (TestCluster copy = start(major, data)) {
        assertThat(ClusterContent.fingerprints(copy)).isEqualTo(content);
      }
    }
  }

  /** Names in catalogs that all databases share have the encoding of who gave them, not ours. */
  @Test
  void namesInOtherEncodingsStandInNobodysWay() throws Exception {
    PostgresMajor major = PostgresMajor.newest();
    Path place = RawPath.resolve(rig.newDirectory("ts"), "gr\u00f6\u00dfe");
    Files.createDirectory(place);
    io.holdfast.embedded.ServerAccount.current().own(place);
    try (TestCluster server = TestCluster.of(major).start()) {
      server.sql("CREATE DATABASE l1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
      server.sqlIn(
          "l1",
          "CREATE DATABASE \"gr\u00f6\u00dfe\" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
          "CREATE TABLESPACE \"m\u00fcll\" LOCATION '" + place.getParent() + "/gr\u00f6\u00dfe'",
          "CREATE TABLE t TABLESPACE \"m\u00fcll\" AS SELECT 7 AS seven");

      BackupOutcome outcome = rig.backUp(server);

      assertThat(outcome.details().databases())
          .extracting(PhysicalDetails.StoredDatabase::name)
          .contains("postgres", "l1")
          .hasSize(5);
      assertThat(outcome.details().tablespaces()).hasSize(1);
      Path data = rig.materialise(outcome.manifest().id(), location -> place.getParent() + "/copy");
      try (TestCluster copy = start(major, data)) {
        assertThat(copy.rowsIn("l1", "SELECT seven FROM t")).isEqualTo(List.of(List.of("7")));
      }
    }
  }

  @Test
  void pgControlTheLabelAndRunningStateAreNoStoredFiles() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      Map<String, StoredFile> files = rig.files(rig.backUp(server).manifest().id());

      assertThat(files)
          .containsKeys("PG_VERSION", "base/5/PG_VERSION", "global", "pg_wal/archive_status")
          .doesNotContainKeys("global/pg_control", "backup_label", "postmaster.pid");
      assertThat(files.keySet()).noneMatch(path -> path.matches("pg_wal/[0-9A-F]{24}"));
      assertThat(files)
          .hasEntrySatisfying("PG_VERSION", file -> assertThat(file.length()).isEqualTo(3));
    }
  }

  @Test
  void thePgControlOfABackupIsReadAfterItsCheckpoint() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      PhysicalDetails details = rig.backUp(server).details();

      ControlFile control = details.parsedControl();
      assertThat(control.redo()).isGreaterThanOrEqualTo(details.window().start());
      assertThat(details.parsedLabel().start()).isEqualTo(details.window().start());
      assertThat(details.parsedLabel().checkpoint()).isEqualTo(details.window().checkpoint());
    }
  }

  @Test
  void manySmallTablesCostFewChunks() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      server.sql(
          "DO $$ BEGIN FOR i IN 1..2000 LOOP EXECUTE format('CREATE TABLE s%s (a int)', i);"
              + " EXECUTE format('INSERT INTO s%s VALUES (%s)', i, i); END LOOP; END $$");

      BackupId id = rig.backUp(server).manifest().id();

      Map<String, StoredFile> files = rig.files(id);
      long chunks =
          files.values().stream()
              .flatMap(file -> file.extents().stream())
              .filter(io.holdfast.repository.Extent.Slice.class::isInstance)
              .map(extent -> ((io.holdfast.repository.Extent.Slice) extent).chunk())
              .distinct()
              .count();
      assertThat(files.size()).isGreaterThan(2900);
      assertThat(chunks).isLessThan(120);
      try (TestCluster copy = start(PostgresMajor.newest(), id)) {
        assertThat(copy.query("SELECT a FROM s1777")).isEqualTo("1777");
      }
    }
  }

  @Test
  void configurationOutsideTheDataDirectoryIsKeptApart() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).create()) {
      Path outside = rig.newDirectory("etc");
      Path hba = outside.resolve("pg_hba.conf");
      Files.copy(server.dataDirectory().resolve("pg_hba.conf"), hba);
      io.holdfast.embedded.ServerAccount.current().own(hba);
      long size = Files.size(hba);
      server.configure("hba_file", hba.toString());
      server.start();

      BackupOutcome outcome = rig.backUp(server);

      assertThat(outcome.details().configFiles())
          .containsExactly(
              new PhysicalDetails.ConfigFile(
                  "hba_file", hba.toString(), "holdfast.config/pg_hba.conf"));
      assertThat(rig.files(outcome.manifest().id()))
          .hasEntrySatisfying(
              "holdfast.config/pg_hba.conf", file -> assertThat(file.length()).isEqualTo(size));
    }
  }

  private TestCluster start(PostgresMajor major, BackupId id) {
    return start(major, rig.materialise(id));
  }

  private static TestCluster start(PostgresMajor major, Path data) {
    TestCluster copy = TestCluster.over(major, data);
    copy.start();
    copy.await("SELECT NOT pg_is_in_recovery()");
    return copy;
  }
}
