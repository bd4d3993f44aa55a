package io.holdfast.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.BackupLabel;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.OnlineBackup;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerSession;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbcBackupTest {
  private static ServerSession connect(TestCluster cluster) {
    return ServerSession.connect(ConnectionSettings.parse(cluster.conninfo()));
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aPrimaryAndItsStandbyCanBeBackedUp(PostgresMajor major) {
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby()) {
      backUp(primary, false);
      primary.sql("CREATE TABLE t AS SELECT 1", "CHECKPOINT");
      standby.awaitReplayOf(primary);
      backUp(standby, true);
    }
  }

  private static void backUp(TestCluster cluster, boolean fromStandby) {
    try (ServerSession session = connect(cluster);
        OnlineBackup backup = session.startBackup("nightly 'é'", true)) {
      backup.check();
      OnlineBackup.Stopped stopped = backup.stop();
      BackupLabel label = BackupLabel.parse(stopped.label());
      assertThat(label.start()).isEqualTo(backup.start());
      assertThat(label.fromStandby()).isEqualTo(fromStandby).isEqualTo(backup.fromStandby());
      assertThat(label.timeline()).isEqualTo(backup.timeline()).isEqualTo(stopped.timeline());
      assertThat(label.label()).isEqualTo("nightly 'é'");
      assertThat(new String(stopped.label(), StandardCharsets.UTF_8)).endsWith("\n");
      assertThat(stopped.stop()).isGreaterThan(backup.start());
      assertThat(stopped.tablespaceMap()).isEmpty();
    }
  }

  @Test
  void theTablespaceMapComesByteForByte() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start();
        ServerSession session = connect(cluster)) {
      Path place = cluster.socketDirectory().resolve("ä b");
      Files.createDirectories(place);
      io.holdfast.embedded.ServerAccount.current().own(place);
      cluster.sql("CREATE TABLESPACE side LOCATION '" + place + "'");
      assertThat(session.tablespaces())
          .singleElement()
          .satisfies(t -> assertThat(t.location()).isEqualTo(place.toString()));
      try (OnlineBackup backup = session.startBackup("x", true)) {
        byte[] map = backup.stop().tablespaceMap().orElseThrow();
        assertThat(new String(map, StandardCharsets.UTF_8)).matches("\\d+ " + place + "\n");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aPromotionDuringTheBackupIsNoticed(PostgresMajor major) {
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby();
        ServerSession session = connect(standby);
        ServerSession another = connect(standby);
        OnlineBackup backup = session.startBackup("x", true);
        OnlineBackup unchecked = another.startBackup("y", true)) {
      standby.promote();
      assertThatThrownBy(backup::check)
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("promoted");
      assertThatThrownBy(unchecked::stop)
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("promoted");
    }
  }

  @Test
  void aLostSessionVoidsTheBackup() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start();
        ServerSession session = connect(cluster);
        OnlineBackup backup = session.startBackup("x", true)) {
      cluster.sql(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
              + " WHERE application_name = 'holdfast'");
      assertThatThrownBy(backup::check)
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("session was lost");
      assertThatThrownBy(backup::stop).isInstanceOf(PostgresException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void anAbandonedBackupLeavesNothingOnTheServer(PostgresMajor major) {
    try (TestCluster cluster = TestCluster.of(major).start()) {
      try (ServerSession session = connect(cluster)) {
        session.startBackup("x", true).close();
      }
      cluster.await(
          "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'holdfast'");
      assertThat(cluster.dataDirectory().resolve("backup_label")).doesNotExist();
      cluster.stop();
      cluster.start();
      assertThat(cluster.log()).contains("aborting backup due to backend exiting");
    }
  }
}
