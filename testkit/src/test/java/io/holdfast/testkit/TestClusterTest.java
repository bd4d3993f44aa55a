package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestClusterTest {
  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aServerOfEachVersionStartsTakesLoadAndIsGoneAfterwards(PostgresMajor major) {
    TestCluster cluster = TestCluster.of(major).start();
    try (cluster) {
      assertThat(cluster.query("SHOW server_version_num")).startsWith(major.number() + "00");
      assertThat(cluster.query("SHOW data_checksums")).isEqualTo("on");
      TpcbLoad.prepare(cluster, 1);
      try (TpcbLoad load = TpcbLoad.start(cluster, 2)) {
        load.awaitCommits(20);
        long commits = load.stop();
        assertThat(cluster.query("SELECT count(*) FROM history")).isEqualTo(Long.toString(commits));
      }
      assertThat(ClusterContent.damage(cluster)).isEmpty();
      assertThat(ClusterContent.fingerprints(cluster))
          .hasEntrySatisfying(
              "postgres/public.accounts",
              accounts -> assertThat(accounts.rows()).isEqualTo(TpcbLoad.ACCOUNTS));
    }
    assertThat(cluster.running()).isFalse();
    assertThat(cluster.dataDirectory()).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aStandbyFollowsAndCanBePromoted(PostgresMajor major) {
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby()) {
      primary.sql("CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) g");
      standby.awaitReplayOf(primary);
      assertThat(ClusterContent.fingerprints(standby))
          .isEqualTo(ClusterContent.fingerprints(primary));
      standby.promote();
      standby.sql("INSERT INTO t VALUES (0)");
      assertThat(ClusterContent.fingerprints(standby))
          .isNotEqualTo(ClusterContent.fingerprints(primary));
    }
  }

  @Test
  void aKilledServerStartsAgainOnItsPort() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      cluster.sql("CREATE TABLE t AS SELECT 1");
      int port = cluster.port();
      cluster.kill();
      assertThat(cluster.running()).isFalse();
      cluster.start();
      assertThat(cluster.port()).isEqualTo(port);
      assertThat(cluster.query("SELECT count(*) FROM t")).isEqualTo("1");
      cluster.stopImmediately();
      cluster.start();
      assertThat(cluster.log()).contains("was not properly shut down");
    }
  }

  @Test
  void optionsAreHeeded() {
    try (TestCluster cluster =
        TestCluster.of(PostgresMajor.newest())
            .checksums(false)
            .walSegmentMegabytes(64)
            .password("it's secret")
            .directoryName("my 'data")
            .setting("work_mem", "5MB")
            .start()) {
      assertThat(cluster.query("SHOW data_checksums")).isEqualTo("off");
      assertThat(cluster.query("SHOW wal_segment_size")).isEqualTo("64MB");
      assertThat(cluster.query("SHOW work_mem")).isEqualTo("5MB");
      assertThat(cluster.socketDirectory().resolve(".s.PGSQL." + cluster.port())).exists();
    }
  }

  @Test
  void twoClustersOfOneVersionHaveDifferentIdentifiers() {
    try (TestCluster one = TestCluster.of(PostgresMajor.V16).start();
        TestCluster other = TestCluster.of(PostgresMajor.V16).start()) {
      String query = "SELECT system_identifier FROM pg_control_system()";
      assertThat(one.query(query)).isNotEqualTo(other.query(query));
      one.sql("CHECKPOINT");
      one.kill();
      one.start();
      assertThat(one.query("SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void damageIsSeen() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).checksums(false).start()) {
      cluster.sql("CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) g");
      cluster.sql("CREATE INDEX ON t (g)");
      String heap = cluster.query("SELECT pg_relation_filepath('t')");
      cluster.stop();
      byte[] pages = Files.readAllBytes(cluster.dataDirectory().resolve(heap));
      System.arraycopy(pages, 8192, pages, 0, 8192);
      Files.write(cluster.dataDirectory().resolve(heap), pages);
      cluster.start();
      assertThat(ClusterContent.damage(cluster)).isNotEmpty();
    }
  }
}
