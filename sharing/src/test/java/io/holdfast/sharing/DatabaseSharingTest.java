package io.holdfast.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.runs.JobName;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PlainConnections;
import io.holdfast.service.Sharing.Grant;
import io.holdfast.service.Sharing.Offer;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.HoldfastException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DatabaseSharingTest {
  private static final Offer OFFER =
      new Offer(
          new JobName("nightly", Optional.of("shop")), Instant.parse("2026-11-27T02:00:00Z"), 1);

  private static @Nullable TestCluster server;

  @BeforeAll
  static void start() {
    server = TestCluster.of(PostgresMajor.newest()).start();
  }

  @AfterAll
  static void stop() {
    server().close();
  }

  private static TestCluster server() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  /** One of several nodes of a group. */
  private static final class Node implements AutoCloseable {
    private final BlockingQueue<Grant> grants = new LinkedBlockingQueue<>();
    private final DatabaseSharing sharing;

    Node(String group, Map<Long, String> rescued) {
      PlainConnections database =
          PlainConnections.to(
              ConnectionSettings.parse(server().conninfo()), "nodes", Duration.ofSeconds(5));
      sharing =
          DatabaseSharing.at(
              new DatabaseSharing.Place(
                  database, database.description(), group, "node", 2, rescued),
              InstantSource.system());
      sharing.begin(grants::add);
    }

    Node(String group) {
      this(group, Map.of());
    }

    Grant next() throws InterruptedException {
      Grant grant = grants.poll(1, TimeUnit.MINUTES);
      assertThat(grant).isNotNull();
      return grant;
    }

    @Override
    public void close() {
      sharing.close();
    }
  }

  @Test
  void oneOfTheNodesIsAsked() throws Exception {
    try (Node one = new Node("once");
        Node two = new Node("once");
        Node other = new Node("other")) {
      assertThat(one.sharing.offer(OFFER)).isTrue();
      assertThat(two.sharing.offer(OFFER)).isTrue();
      await(() -> one.grants.size() + two.grants.size() == 1);
      Grant grant = one.grants.isEmpty() ? two.next() : one.next();
      assertThat(grant.offer()).isEqualTo(OFFER);
      assertThat(one.sharing.offer(OFFER)).as("again, while it runs").isTrue();

      grant.settled().run();
      await(() -> rows("once") == 0);

      assertThat(one.grants).isEmpty();
      assertThat(two.grants).isEmpty();
      assertThat(other.grants).as("of another repository").isEmpty();
    }
  }

  @Test
  void whatANodeThatEndsHadTakenIsOfferedAnew() throws Exception {
    try (Node two = new Node("ending")) {
      Node one = new Node("ending");
      assertThat(one.sharing.offer(OFFER)).isTrue();
      await(() -> one.grants.size() + two.grants.size() == 1);
      if (one.grants.isEmpty()) {
        two.next().settled().run();
        await(() -> rows("ending") == 0);
      }
      one.close();

      await(() -> rows("ending") == 0);
      assertThat(two.sharing.offer(OFFER)).isTrue();
      assertThat(two.next().offer()).isEqualTo(OFFER);
    }
  }

  @Test
  void aDatabaseInAServerThatIsRescuedIsRefused() {
    long system =
        Long.parseLong(server().query("SELECT system_identifier FROM pg_control_system()"));

    assertThatThrownBy(() -> new Node("rescued", Map.of(system, "shop")).close())
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("cluster 'shop'");
  }

  @Test
  void aTryTellsWhatIsAmissAndLeavesNothing() {
    server().sql("CREATE DATABASE fresh", "CREATE ROLE nobody LOGIN");
    String fresh = server().conninfo().replaceFirst("dbname=\\S+", "dbname=fresh");

    assertThat(tried(fresh)).isEmpty();
    try (Connection connection = connections(fresh).getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT to_regclass('holdfast_offers')")) {
      result.next();
      assertThat(result.getString(1)).as("nothing was made").isNull();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    assertThat(tried(fresh.replaceFirst("user=\\S+", "user=nobody")))
        .hasValueSatisfying(trouble -> {
          assertThat(trouble.reached()).isTrue();
          assertThat(trouble.why()).contains("permission denied");
        });
    assertThat(tried("host=127.0.0.1 port=1 dbname=x user=x"))
        .hasValueSatisfying(trouble -> assertThat(trouble.reached()).isFalse());
  }

  private static Optional<DatabaseSharing.Unusable> tried(String conninfo) {
    PlainConnections database = connections(conninfo);
    return DatabaseSharing.tryOut(database, database.description(), Map.of());
  }

  private static PlainConnections connections(String conninfo) {
    return PlainConnections.to(ConnectionSettings.parse(conninfo), "nodes", Duration.ofSeconds(5));
  }

  @Test
  void aDatabaseThatIsAwayIsToldAndUsedWhenItIsBack() throws Exception {
    server().stop();
    try (Node early = new Node("away")) {
      assertThat(early.sharing.trouble()).isPresent();
      assertThat(early.sharing.offer(OFFER)).isFalse();
      server().start();
      await(() -> early.sharing.trouble().isEmpty());
      assertThat(early.sharing.offer(OFFER)).isTrue();
      early.next().settled().run();
      await(() -> rows("away") == 0);

      server().stop();
      await(() -> early.sharing.trouble().isPresent());
      server().start();
      await(() -> early.sharing.trouble().isEmpty());

      server().sql("DROP TABLE " + OfferTable.NAME);
      await(() -> early.sharing.trouble().isPresent());
      await(() -> early.sharing.trouble().isEmpty());
      assertThat(early.sharing.offer(OFFER)).isTrue();
      early.next().settled().run();
    }
  }

  private static int rows(String group) {
    return Integer.parseInt(
        server()
            .query(
                "SELECT count(*) FROM "
                    + OfferTable.NAME
                    + " WHERE task_name = 'holdfast "
                    + group
                    + "'"));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
