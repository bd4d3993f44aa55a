package io.holdfast.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.OnlineBackup;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.ServerSession.Requirement;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequirementsTest {
  private static ServerSession connect(TestCluster cluster, String user) {
    return ServerSession.connect(
        ConnectionSettings.parse(
            cluster.conninfo().replace("user=postgres", "user='" + user + "'")));
  }

  private static List<Requirement> severe(List<Requirement> all) {
    return all.stream().filter(Requirement::severe).toList();
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void theSqlThatIsPrintedMakesAPlainRoleFit(PostgresMajor major) {
    try (TestCluster cluster = TestCluster.of(major).setting("fsync", "on").start()) {
      cluster.sql("CREATE ROLE \"back up\" LOGIN");
      List<Requirement> missing;
      try (ServerSession session = connect(cluster, "back up")) {
        missing = session.missingRequirements("hf");
      }
      assertThat(severe(missing))
          .extracting(Requirement::what)
          .anySatisfy(what -> assertThat(what).contains("replicate"))
          .anySatisfy(what -> assertThat(what).contains("data directory"))
          .anySatisfy(what -> assertThat(what).contains("backups"));
      for (Requirement requirement : missing) {
        if (!requirement.fix().startsWith("Add to")) {
          cluster.sql(requirement.fix());
        }
      }
      try (ServerSession session = connect(cluster, "back up")) {
        assertThat(session.missingRequirements("hf")).isEmpty();
        try (OnlineBackup backup = session.startBackup("x", true)) {
          backup.stop();
        }
        session.switchWal();
        session.createRestorePoint("p");
        assertThat(session.facts().dataDirectory()).isEqualTo(cluster.dataDirectory().toString());
      }
    }
  }

  @Test
  void settingsThatForbidABackupAreNamedWithTheirCure() {
    try (TestCluster cluster =
            TestCluster.of(PostgresMajor.newest())
                .checksums(false)
                .setting("wal_level", "minimal")
                .setting("max_wal_senders", "0")
                .setting("max_replication_slots", "0")
                .setting("full_page_writes", "off")
                .start();
        ServerSession session = connect(cluster, "postgres")) {
      List<Requirement> missing = session.missingRequirements("hf");
      assertThat(severe(missing))
          .extracting(Requirement::fix)
          .anySatisfy(fix -> assertThat(fix).contains("wal_level = 'replica'"))
          .anySatisfy(fix -> assertThat(fix).contains("max_wal_senders = 10"))
          .anySatisfy(fix -> assertThat(fix).contains("max_replication_slots = 10"))
          .anySatisfy(fix -> assertThat(fix).contains("full_page_writes = on"));
      assertThat(missing)
          .filteredOn(requirement -> !requirement.severe())
          .extracting(Requirement::what)
          .anySatisfy(what -> assertThat(what).contains("checksums"))
          .anySatisfy(what -> assertThat(what).contains("fsync"));
      assertThat(missing)
          .extracting(Requirement::fix)
          .as("to be typed as it is")
          .contains(
              "pg_checksums --enable -D '"
                  + cluster.dataDirectory()
                  + "'   # while the server is stopped");
    }
  }

  @Test
  void aMissingLineInPgHbaIsPrintedForUsToAdd() throws IOException {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      Files.writeString(
          cluster.dataDirectory().resolve("pg_hba.conf"), "host all postgres 127.0.0.1/32 trust\n");
      cluster.reload();
      try (ServerSession session = connect(cluster, "postgres")) {
        assertThat(severe(session.missingRequirements("")))
            .singleElement()
            .satisfies(requirement ->
                assertThat(requirement.fix())
                    .contains("pg_hba.conf")
                    .contains("host  replication  postgres  127.0.0.1/32  scram-sha-256"));
      }
    }
  }

  @Test
  void aSlotOfAnotherKindIsRefusedAndAMissingOneIsOnlyMentioned() {
    try (TestCluster cluster =
            TestCluster.of(PostgresMajor.newest()).setting("wal_level", "logical").start();
        ServerSession session = connect(cluster, "postgres")) {
      cluster.sql("SELECT pg_create_logical_replication_slot('logic', 'pgoutput')");
      assertThat(severe(session.missingRequirements("logic")))
          .singleElement()
          .satisfies(requirement -> assertThat(requirement.what()).contains("logical"));
      assertThat(severe(session.missingRequirements("hf"))).isEmpty();
      assertThat(session.missingRequirements("hf"))
          .anySatisfy(requirement -> assertThat(requirement.what()).contains("hf"));
    }
  }
}
