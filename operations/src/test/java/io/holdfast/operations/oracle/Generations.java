package io.holdfast.operations.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.postgres.PostgresException;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TestClusterBuilder;
import io.holdfast.testkit.storm.Storm;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A server in a storm, and one backup of it after the other, each of them held against the truth.
 */
final class Generations implements AutoCloseable {
  /** So slow that a backup has some weather while it reads. */
  private static final int ATTEMPTS = 10;

  private static final long BYTES_PER_SECOND = 25_000_000;

  final Ground ground = new Ground();
  final TestCluster server;
  final Storm storm;
  private int taken;

  Generations(TestClusterBuilder builder, long seed) {
    this(builder, seed, 2, true);
  }

  /**
   * @param places see {@link Storm#over}
   */
  Generations(TestClusterBuilder builder, long seed, int workers, boolean places) {
    server = Storm.settings(builder).setting("wal_log_hints", "off").start();
    ground.receiveFrom(server);
    storm = Storm.over(server, seed, workers, places);
    ClusterContent.installChecks(server);
  }

  /**
   * A backup while the storm goes on, restored up to a moment after it: the restored server must be
   * sound and hold what the server held at that moment.
   */
  BackupOutcome underLoad(String expectedMethod) {
    BackupOutcome backup;
    try (Storm.Gust gust = storm.start()) {
      backup = backUpInStorm();
      gust.stop();
    }
    assertMethod(backup, expectedMethod);
    Map<String, Fingerprint> content = content(server);
    String point = "after" + ++taken;
    server.query("SELECT pg_create_restore_point('" + point + "')");
    // A restore point alone is not flushed.
    server.query("SELECT pg_switch_wal()");
    ground.awaitWal(server);
    try (TestCluster restored =
        ground.restore(backup, new RecoveryTarget.Named(point), server, false)) {
      assertThat(content(restored)).isEqualTo(content);
      // One of another database makes pg_check_visible err up to PostgreSQL 16, here and there.
      for (List<String> open : restored.rows("SELECT gid FROM pg_prepared_xacts")) {
        restored.sql("ROLLBACK PREPARED '" + open.getFirst() + "'");
      }
      assertThat(ClusterContent.damage(restored)).isEmpty();
    }
    ground.forgetRestored();
    return backup;
  }

  /** The storm copies databases and drops what they were copied from, which a backup refuses. */
  private BackupOutcome backUpInStorm() {
    for (int attempt = 1; ; attempt++) {
      try {
        return ground.backUp(server, change -> change.bytesPerSecond = BYTES_PER_SECOND);
      } catch (PostgresException e) {
        if (attempt == ATTEMPTS || !e.getMessage().contains("expected databases to stay")) {
          throw e;
        }
      }
    }
  }

  /** A backup while nothing happens: what it stores must be what lies on the server's disk. */
  BackupOutcome inCalm(String expectedMethod) {
    return inCalm(server, expectedMethod, change -> {});
  }

  /** Likewise of another server, which took this one's place or follows it. */
  BackupOutcome inCalm(
      TestCluster of, String expectedMethod, Consumer<BackupRequest.Change> changes) {
    of.sql("CHECKPOINT");
    BackupOutcome backup = ground.backUp(of, changes);
    assertMethod(backup, expectedMethod);
    DiskComparison.Result found =
        DiskComparison.of(
            ground.archive.open(backup.manifest().id()),
            of.dataDirectory(),
            of.query("SHOW data_checksums").equals("on"));
    assertThat(found.differences()).isEmpty();
    assertThat(found.pages()).isGreaterThan(3000);
    taken++;
    return backup;
  }

  private static void assertMethod(BackupOutcome backup, String expected) {
    assertThat(backup.details().changes().foundBy())
        .as("%s; notes: %s", backup.details().changes().why(), backup.details().notes())
        .isEqualTo(expected);
  }

  private static Map<String, Fingerprint> content(TestCluster of) {
    Map<String, Fingerprint> content = ClusterContent.fingerprints(of);
    List<String> objects =
        of.rows(
                "SELECT count(*), sum(hashtextextended(loid || ' ' || pageno || ' '"
                    + " || encode(data, 'hex'), 0)::numeric) FROM pg_largeobject")
            .getFirst();
    content.put(
        "large objects", new Fingerprint(Long.parseLong(objects.getFirst()), objects.getLast()));
    return content;
  }

  @Override
  public void close() {
    server.close();
    storm.close();
    ground.close();
  }
}
