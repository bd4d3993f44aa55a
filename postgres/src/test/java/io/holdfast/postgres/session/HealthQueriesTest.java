package io.holdfast.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerSession;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthQueriesTest {
  @ParameterizedTest
  @EnumSource(names = {"V14", "V18"})
  void whatMattersIsSeenByAPlainRoleToo(PostgresMajor major) {
    try (TestCluster cluster =
        TestCluster.of(major).setting("max_slot_wal_keep_size", "5GB").start()) {
      cluster.sql("CREATE ROLE \"back up\" LOGIN BYPASSRLS IN ROLE pg_read_all_data");
      cluster.sql("SELECT pg_create_physical_replication_slot('hf', true)");
      cluster.sql("SELECT pg_create_physical_replication_slot('idle')");
      cluster.sql("CREATE UNLOGGED TABLE fleeting (i int)");
      cluster.sql("CREATE TABLE secret (i int)");
      cluster.sql("ALTER TABLE secret ENABLE ROW LEVEL SECURITY");

      ServerHealth health = health(cluster, "back up");
      assertThat(health.setting("max_slot_wal_keep_size")).isEqualTo("5120");
      assertThat(health.setting("archive_mode")).isEqualTo("off");
      assertThat(health.role()).isEqualTo(new ServerHealth.Role("\"back up\"", false, true, true));
      assertThat(health.database().rowSecured()).isEqualTo(1);
      assertThat(health.database().unlogged()).isEqualTo(1);
      assertThat(health.slots()).hasSize(2);
      assertThat(health.slots().getFirst())
          .satisfies(slot -> {
            assertThat(slot.name()).isEqualTo("hf");
            assertThat(slot.active()).isFalse();
            assertThat(slot.walStatus()).isEqualTo("reserved");
            assertThat(slot.kept()).isPresent();
          });
      assertThat(health.slots().getLast().kept()).isEmpty();
      assertThat(health.archiver()).get().matches(archiver -> !archiver.failing());
      assertThat(health.pooled()).isFalse();
      assertThat(health(cluster, "postgres").role().superuser()).isTrue();
    }
  }

  private static ServerHealth health(TestCluster cluster, String user) {
    try (ServerSession session =
        ServerSession.connect(
            ConnectionSettings.parse(
                cluster.conninfo().replace("user=postgres", "user='" + user + "'")))) {
      return session.health();
    }
  }
}
