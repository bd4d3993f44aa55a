package io.holdfast.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerSession;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbcSessionTest {
  private static ServerSession connect(String conninfo) {
    return ServerSession.connect(ConnectionSettings.parse(conninfo));
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void tellsWhoTheServerIsAndWhatItHolds(PostgresMajor major) {
    try (TestCluster cluster =
            TestCluster.of(major)
                .setting("allow_in_place_tablespaces", "on")
                .setting("primary_conninfo", "host=x password='top secret' user=y")
                .start();
        ServerSession session = connect(cluster.conninfo())) {
      ServerFacts facts = session.facts();
      assertThat(facts.major()).isEqualTo(major.number());
      assertThat(facts.version()).startsWith(major.number() + ".");
      assertThat(Path.of(facts.dataDirectory())).isEqualTo(cluster.dataDirectory());
      assertThat(facts.walSegmentSize()).isEqualTo(16 << 20);
      assertThat(facts.checksums()).isTrue();
      assertThat(facts.port()).isEqualTo(cluster.port());
      assertThat(Long.toUnsignedString(facts.systemIdentifier()))
          .isEqualTo(cluster.query("SELECT system_identifier FROM pg_control_system()"));

      cluster.sql("CREATE TABLESPACE inside LOCATION ''");
      assertThat(session.tablespaces())
          .singleElement()
          .satisfies(t -> {
            assertThat(t.name()).isEqualTo("inside");
            assertThat(t.location()).isEmpty();
          });
      assertThat(session.databases())
          .extracting(ServerSession.Database::name)
          .containsExactlyInAnyOrder("postgres", "template0", "template1");
      assertThat(session.databases()).allSatisfy(d -> assertThat(d.size()).isPositive());
      assertThat(session.extensions()).containsEntry("plpgsql", "1.0");
      assertThat(session.inRecovery()).isFalse();
      assertThat(session.serverTime()).isBetween(Instant.now().minusSeconds(60), Instant.now());

      assertThat(session.settings())
          .anySatisfy(s -> {
            assertThat(s.name()).isEqualTo("primary_conninfo");
            assertThat(s.value()).contains("host=x").doesNotContain("secret");
          })
          .anySatisfy(s -> assertThat(s.name()).isEqualTo("max_prepared_transactions"))
          .noneSatisfy(s -> assertThat(s.name()).isEqualTo("search_path"));
      assertThat(session.setting("fsync")).contains("off");
      assertThat(session.setting("no_such_setting")).isEmpty();

      Lsn before = session.currentLsn();
      Lsn point = session.createRestorePoint("here");
      assertThat(point).isGreaterThan(before);
      assertThat(session.switchWal()).isGreaterThanOrEqualTo(point);
    }
  }

  @Test
  void namesInTheSessionCannotBeShadowedAndNothingTimesOut() {
    try (TestCluster cluster =
            TestCluster.of(PostgresMajor.newest())
                .setting("statement_timeout", "1ms")
                .setting("search_path", "evil, pg_catalog")
                .start();
        ServerSession session = connect(cluster.socketConninfo())) {
      assertThat(session.setting("search_path")).contains("pg_catalog");
      assertThat(session.setting("statement_timeout")).contains("0");
      assertThat(session.setting("application_name")).contains("holdfast");
    }
  }

  @Test
  void aSocketWithPeerAuthenticationLetsUsInWithoutAPassword() throws Exception {
    String us = System.getProperty("user.name");
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      cluster.sql("CREATE ROLE \"" + us + "\" LOGIN");
      Files.writeString(
          cluster.dataDirectory().resolve("pg_hba.conf"),
          "local all all peer\nhost all postgres 127.0.0.1/32 trust\n");
      cluster.reload();
      String socket = "host=" + cluster.socketDirectory() + " port=" + cluster.port();
      try (ServerSession session = connect(socket + " dbname=postgres user=" + us)) {
        assertThat(session.inRecovery()).isFalse();
      }
      assertThatThrownBy(() -> connect(socket + " dbname=postgres user=nobody_else"))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("nobody_else");
    }
  }

  @Test
  void aRefusalSaysWhatToDoNext() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).password("right").start()) {
      String base = "host=127.0.0.1 user=postgres port=" + cluster.port();
      assertRefused(base + " passfile=/nowhere dbname=postgres", "password", "/nowhere");
      assertRefused("host=127.0.0.1 port=1 user=x", "127.0.0.1:1", "Is the server running");
      assertRefused("host=/nowhere user=x", "/nowhere", "/nowhere/.s.PGSQL.5432");
      assertThat(
              new Connector(
                      ConnectionSettings.parse(base + " dbname=postgres"),
                      Map.of("PGPASSWORD", "right"))
                  .open())
          .isNotNull();
      assertThatThrownBy(() ->
              new Connector(
                      ConnectionSettings.parse(base + " dbname=nope"),
                      Map.of("PGPASSWORD", "right"))
                  .open())
          .isInstanceOfSatisfying(
              PostgresException.class,
              e -> {
                assertThat(e.getMessage()).contains("nope").doesNotContain("right");
                assertThat(e.hint().orElseThrow()).contains("dbname=postgres");
              });
    }
  }

  @Test
  void aMissingRoleIsNotBlamedOnPgHba() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      assertRefused(
          "host=127.0.0.1 dbname=postgres user=nobody_else port=" + cluster.port(),
          "nobody_else",
          "CREATE ROLE \"nobody_else\" LOGIN");
    }
  }

  private static void assertRefused(String conninfo, String message, String hint) {
    assertThatThrownBy(() -> connect(conninfo))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> {
              assertThat(e.getMessage()).contains(message);
              assertThat(e.hint().orElseThrow()).contains(hint);
            });
  }
}
