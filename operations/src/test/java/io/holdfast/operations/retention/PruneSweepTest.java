package io.holdfast.operations.retention;

import static io.holdfast.operations.retention.MadeUpCluster.id;
import static io.holdfast.operations.retention.MadeUpCluster.night;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Call;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every single storage call of a prune goes wrong once, or is where the process is killed. What was
 * kept is whole at that moment, and the next prune ends where one that met no trouble would have.
 */
final class PruneSweepTest {
  private static final Policy POLICY =
      new Policy(3, Map.of(), Optional.empty(), ZoneOffset.UTC, Duration.ofDays(2));

  private Instant now = night(1);

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "ERROR_BEFORE",
        "ERROR_AFTER",
        "TIME_OUT",
        "STALE_LIST",
        "DEATH_BEFORE",
        "DEATH_AFTER"
      })
  void whereverItEndsNothingThatIsKeptIsHurtAndTheNextOneConverges(Fault fault) {
    assertThat(sweep((storage, nth) -> storage.failing(nth, fault))).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({"READ,FLIPPED_BIT", "READ,TORN", "STREAM,FLIPPED_BIT", "STREAM,TORN"})
  void whateverIsMisreadNothingThatIsKeptIsHurt(Call call, Fault fault) {
    assertThat(sweep((storage, nth) -> storage.failing(call, nth, fault))).isGreaterThan(5);
  }

  /** How many calls there were. */
  private int sweep(BiConsumer<FaultyStorage, Integer> plan) {
    Storage before = scene();
    Set<String> expected = names(undisturbed(before));
    int swept = 0;
    for (boolean met = true; met; swept++) {
      Storage below = Storages.memory("sweep");
      MadeUpCluster.copy(before, below);
      now = night(12);
      met = pruneFailing(below, swept + 1, plan);
      now = night(12).plus(Duration.ofHours(1));
      try (MadeUpCluster cluster = MadeUpCluster.open(below, () -> now)) {
        assertThat(cluster.archive.backupIds())
            .as("call %d", swept + 1)
            .contains(id(3), id(4), id(5), id(6), id(7));
        cluster.requireWhole();
        Prune.run(cluster.archive, POLICY, false, Progress.NONE, () -> now);
        cluster.requireWhole();
        assertThat(names(below)).as("after call %d", swept + 1).isEqualTo(expected);
      }
    }
    return swept;
  }

  private Storage undisturbed(Storage before) {
    Storage below = Storages.memory("undisturbed");
    MadeUpCluster.copy(before, below);
    now = night(12);
    try (MadeUpCluster cluster = MadeUpCluster.open(below, () -> now)) {
      PruneOutcome outcome = Prune.run(cluster.archive, POLICY, false, Progress.NONE, () -> now);
      assertThat(outcome.purged()).containsExactly(id(1), id(2));
      assertThat(outcome.plan().removed()).hasSize(1);
      assertThat(outcome.walObjects()).isPositive();
      assertThat(outcome.leftovers()).isPositive();
    }
    return below;
  }

  /** False if the prune ended before its n-th call. */
  private boolean pruneFailing(Storage below, int nth, BiConsumer<FaultyStorage, Integer> plan) {
    FaultyStorage faulty = FaultyStorage.over(below, nth);
    try (MadeUpCluster cluster = MadeUpCluster.open(faulty, () -> now)) {
      plan.accept(faulty, nth);
      Prune.run(cluster.archive, POLICY, false, Progress.NONE, () -> now);
    } catch (HoldfastException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
    return faulty.spent();
  }

  /** Two nights are to be purged, a third one to be removed, one is pinned; a backup was killed. */
  private Storage scene() {
    Storage storage = Storages.memory("scene");
    try (MadeUpCluster cluster = MadeUpCluster.create(storage, () -> now)) {
      cluster.wal(1, 1, 20);
      cluster.history(2, "1\t0/C00000\tno recovery target specified\n");
      cluster.backup(1, new Made(3));
      for (int day = 2; day <= 7; day++) {
        cluster.backup(day, new Made(3 + 2 * day).on(id(day - 1)));
      }
      Backups backups = new Backups(cluster.archive);
      now = night(7).plusSeconds(1000);
      backups.pin(id(3), "the audit", Optional.empty(), now);
      Policy five = new Policy(5, Map.of(), Optional.empty(), ZoneOffset.UTC, Duration.ofDays(2));
      assertThat(Prune.run(cluster.archive, five, false, Progress.NONE, () -> now).plan().removed())
          .hasSize(2);
      BackupWriter killed = cluster.archive.begin(id(8), WriteOptions.DEFAULT);
      ChunkSink sink = killed.openSink();
      sink.store(new byte[5000], 0, 5000);
      sink.close();
    }
    return storage;
  }

  /** What lies there, but for what has another name each time. */
  private static Set<String> names(Storage storage) {
    return MadeUpCluster.objects(storage).keySet().stream()
        .filter(key -> !key.contains("/leases/"))
        .map(key -> key.replaceAll("(/notes/[^/]+/)(\\d{8})T.*", "$1$2"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
