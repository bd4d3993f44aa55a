package io.holdfast.operations.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupRig;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Summaries beside archiving, of a real server's segments. */
@Timeout(180)
final class SummaryKeeperTest {
  private static TestCluster server;
  private static RealSegments wal;

  @BeforeAll
  static void writeWal() {
    server =
        TestCluster.of(PostgresMajor.newest())
            .walSegmentMegabytes(1)
            .setting("wal_keep_size", "1GB")
            .setting("autovacuum", "off")
            .start();
    Lsn from = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
    for (int i = 0; i < 4; i++) {
      server.sql(
          "CREATE TABLE t" + i + " AS SELECT g, repeat('x', 300) FROM generate_series(1, 5000) g",
          "CREATE INDEX ON t" + i + " (g)",
          "UPDATE t" + i + " SET g = g + 1 WHERE g % 7 = 0",
          "DELETE FROM t" + i + " WHERE g > 2000",
          "VACUUM t" + i,
          "SELECT pg_switch_wal()");
    }
    server.sql("DROP TABLE t1");
    wal = RealSegments.of(server, from);
    assertThat(wal.size()).isGreaterThan(12);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void keepsTheSummaryOfEachSegmentButTheLast() {
    List<Integer> order = ascending();
    assertThat(missingAfter(order, 1 << 20)).containsExactly(wal.segments().getLast());
    assertThat(missingAfter(order, 777)).containsExactly(wal.segments().getLast());
  }

  @Test
  void keepsThemInWhateverOrderSegmentsCome() {
    for (int seed = 0; seed < 5; seed++) {
      List<Integer> order = ascending();
      for (int at = 0; at < order.size(); at += 3) {
        Collections.shuffle(
            order.subList(at, Math.min(order.size(), at + 3)), new Random(seed * 100 + at));
      }
      assertThat(missingAfter(order, 256 << 10))
          .as("order " + order)
          .containsExactly(wal.segments().getLast());
    }
  }

  private static List<Integer> ascending() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < wal.size(); i++) {
      order.add(i);
    }
    return order;
  }

  private static List<WalSegment> missingAfter(List<Integer> order, int piece) {
    try (BackupRig rig = new BackupRig()) {
      WalArchive archive = archive(rig);
      try (SummaryKeeper keeper = keeper(rig, Progress.NONE)) {
        order.forEach(each -> keeper.archived(wal.read(each, piece)));
      }
      KeptSummaries.requireRight(rig.cluster, archive);
      return KeptSummaries.missing(rig.cluster, archive);
    }
  }

  @Test
  void keepsThemWhenSeveralAreArchivedAtATime() throws Exception {
    try (BackupRig rig = new BackupRig();
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      WalArchive archive = archive(rig);
      try (SummaryKeeper keeper = keeper(rig, Progress.NONE)) {
        for (int first = 0; first < wal.size(); first += 3) {
          List<Future<?>> running = new ArrayList<>();
          for (int i = first; i < Math.min(wal.size(), first + 3); i++) {
            int each = i;
            running.add(threads.submit(() -> keeper.archived(wal.read(each, 100_000))));
          }
          for (Future<?> each : running) {
            each.get();
          }
        }
      }
      KeptSummaries.requireRight(rig.cluster, archive);
      assertThat(KeptSummaries.missing(rig.cluster, archive))
          .containsExactly(wal.segments().getLast());
    }
  }

  @Test
  void leavesOutTheOneWhoseNeighbourNeverCame() {
    List<Integer> order = ascending();
    WalSegment hole = wal.segments().get(4);
    order.remove(Integer.valueOf(4));
    // What the hole leaves unfinished is the segment before it, unless that ended with a switch.
    assertThat(missingAfter(order, 1 << 20))
        .contains(hole, wal.segments().getLast())
        .hasSizeBetween(2, 3);
  }

  @Test
  void aRepositoryThatTakesNoSummariesIsToldOnceAndHarmsNothing() {
    AtomicBoolean down = new AtomicBoolean(true);
    CopyOnWriteArrayList<String> said = new CopyOnWriteArrayList<>();
    try (BackupRig rig =
        new BackupRig(
            FaultyStorage.over(Storages.memory("full"), 1)
                .before((number, call, what) -> {
                  if (down.get() && what.toString().contains("/changes/")) {
                    throw new StorageException(
                        "could not write " + what + ": disk full", null, null);
                  }
                }))) {
      WalArchive archive = archive(rig);
      try (SummaryKeeper keeper = keeper(rig, new Said(said))) {
        ascending().forEach(each -> keeper.archived(wal.read(each, 1 << 20)));
      }
      assertThat(KeptSummaries.requireRight(rig.cluster, archive)).isZero();
      assertThat(said).hasSize(1);
      assertThat(said.getFirst()).contains("change summary").contains("disk full");
      down.set(false);
      try (SummaryKeeper keeper = keeper(rig, new Said(said))) {
        ascending().forEach(each -> keeper.archived(wal.read(each, 1 << 20)));
      }
      assertThat(said).hasSize(1);
      assertThat(KeptSummaries.missing(rig.cluster, archive))
          .containsExactly(wal.segments().getLast());
    }
  }

  @Test
  void aRepositoryThatStandsStillHoldsNobodyUp() {
    CountDownLatch still = new CountDownLatch(1);
    CopyOnWriteArrayList<String> said = new CopyOnWriteArrayList<>();
    try (BackupRig rig =
        new BackupRig(
            FaultyStorage.over(Storages.memory("slow"), 1)
                .before((number, call, what) -> {
                  if (what.toString().contains("/changes/")) {
                    awaitQuietly(still);
                  }
                }))) {
      WalArchive archive = archive(rig);
      try (SummaryKeeper keeper = keeper(rig, new Said(said))) {
        for (int round = 0; round < 10; round++) {
          ascending().forEach(each -> keeper.archived(wal.read(each, 1 << 20)));
        }
        assertThat(said).hasSize(1);
        assertThat(said.getFirst()).contains("slower than the WAL");
        still.countDown();
      }
      assertThat(KeptSummaries.requireRight(rig.cluster, archive)).isPositive();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted", null, e);
    }
  }

  private static SummaryKeeper keeper(BackupRig rig, Progress progress) {
    return new SummaryKeeper(new SummaryStore(rig.cluster, wal.systemIdentifier()), progress);
  }

  private static WalArchive archive(BackupRig rig) {
    WalArchive archive = WalArchive.of(rig.cluster, wal.systemIdentifier(), 1 << 20);
    for (int i = 0; i < wal.size(); i++) {
      archive.put(wal.segments().get(i), wal.contents().get(i));
    }
    return archive;
  }

  private record Said(List<String> lines) implements Progress {
    @Override
    public void begin(String task, long totalBytes) {}

    @Override
    public void advance(long bytes) {}

    @Override
    public void end() {}

    @Override
    public void note(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }
  }
}
