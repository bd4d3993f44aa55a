package io.holdfast.operations.dumping;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.retention.Prune;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Logical backups day after day, on two sites, and pruned. */
class DumpingOnSitesTest {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofDays(1));

  private final Storage nas = Storages.memory("nas");
  private final Storage offsite = Storages.memory("offsite");
  private Instant now = Instant.parse("2026-11-01T02:00:00Z");
  private final InstantSource clock = () -> now;

  private Repository both() {
    List<Site> sites = List.of(new Site("nas", nas, true), new Site("offsite", offsite, true));
    return open(Storages.mirror(sites, Repository.placement(), warning -> {}, PATIENCE));
  }

  private Repository open(Storage storage) {
    return Repository.open(storage, new KeySource.None(), clock);
  }

  private LogicalOutcome backUp(TestCluster server) {
    try (Repository repository = both()) {
      return Dumping.run(
          repository.cluster("main"),
          LogicalRequest.of(ConnectionSettings.parse(server.conninfo()))
              .but(change -> {
                change.programs = List.of(PgClients.directory());
                change.databases = List.of("postgres");
              }),
          Progress.NONE,
          clock);
    }
  }

  @Test
  void sevenDaysOnTwoSitesOfWhichOneForgetsTheFirst() {
    Repository.create(nas, new KeySource.None(), "test", clock).close();
    Repository.found(nas, offsite);
    try (TestCluster server = TestCluster.of(PgClients.MAJOR).start()) {
      server.sql(
          "CREATE TABLE orders AS SELECT i AS id, md5(i::text) || md5((i + 1)::text) AS t, 0 AS state"
              + " FROM generate_series(1, 200000) i",
          "ALTER TABLE orders ADD PRIMARY KEY (id)");
      long first = backUp(server).manifest().totals().bytesStored();
      long all = first;
      BackupId last = null;
      for (int day = 2; day <= 7; day++) {
        now = now.plus(Duration.ofDays(1));
        // Two in a hundred: new ones, and the newest of those that were there.
        server.sql(
            "UPDATE orders SET state = state + 1 WHERE id > (SELECT max(id) - 2000 FROM orders)",
            "INSERT INTO orders SELECT i, md5(i::text), 0 FROM generate_series("
                + (200_000 + 2000 * day)
                + ", "
                + (200_000 + 2000 * day + 1999)
                + ") i");
        LogicalOutcome outcome = backUp(server);
        last = outcome.manifest().id();
        all += outcome.manifest().totals().bytesStored();
      }
      assertThat(all).isLessThan(first * 13 / 10);

      pruned(nas, 2);
      assertHolds(nas, 2, Objects.requireNonNull(last), server);
      assertHolds(offsite, 7, last, server);
    }
  }

  private void assertHolds(Storage site, int backups, BackupId last, TestCluster server) {
    try (Repository alone = open(site)) {
      ClusterArchive cluster = alone.cluster("main");
      assertThat(cluster.backupIds()).hasSize(backups);
      server.sql("DROP DATABASE IF EXISTS copy", "CREATE DATABASE copy TEMPLATE template0");
      PgClients.restore(server, "copy", DumpRig.archive(cluster, last, 1));
      assertThat(server.rowsIn("copy", "SELECT count(*), sum(state) FROM orders"))
          .isEqualTo(server.rows("SELECT count(*), sum(state) FROM orders"));
    }
  }

  private void pruned(Storage site, int keep) {
    Policy policy = new Policy(keep, Map.of(), Optional.empty(), ZoneOffset.UTC, Duration.ZERO);
    try (Repository alone = open(site)) {
      Prune.run(alone.cluster("main"), policy, false, Progress.NONE, clock);
      Prune.run(alone.cluster("main"), policy, false, Progress.NONE, clock);
      assertThat(alone.cluster("main").orphans()).isEmpty();
    }
  }
}
