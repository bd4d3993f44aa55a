package io.holdfast.operations.retention;

import static io.holdfast.operations.retention.MadeUpCluster.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.repository.SyncReport;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A site is pruned while something else writes to it. One of the two stops before each single
 * change that it makes there, and the other one runs from its beginning to its end meanwhile.
 */
final class PruneBesideTest {
  private static final Policy LAST_TWO = TwoSites.last(2, Duration.ZERO);

  private final TwoSites scene = TwoSites.withSevenNights();

  /** As a sync leaves it that was killed: packs of backups that are not announced there. */
  @BeforeEach
  void twoBackupsAreHalfThere() {
    for (int day : new int[] {3, 7}) {
      scene.offsite.delete(ObjectKey.of("clusters/main/backups/" + id(day) + ".manifest"));
    }
  }

  /** What one of the two does. */
  private interface Work {
    void run(TwoSites sites, Storage offsite);
  }

  private static void prune(TwoSites sites, Storage offsite) {
    sites.prune(offsite, LAST_TWO);
  }

  private static void sync(TwoSites sites, Storage offsite) {
    sites.sync(offsite, Keeping.EVERYTHING);
  }

  /** Inherits from what is removed meanwhile. */
  private static void backup(TwoSites sites, Storage offsite) {
    sites.backup(offsite, 9, new Made(36).on(id(1)));
  }

  @Test
  void aSyncWhileItIsPruned() {
    sweep(PruneBesideTest::prune, PruneBesideTest::sync);
  }

  @Test
  void aPruneWhileItIsSynced() {
    sweep(PruneBesideTest::sync, PruneBesideTest::prune);
  }

  @Test
  void aBackupWhileItIsPruned() {
    sweep(PruneBesideTest::prune, PruneBesideTest::backup);
  }

  @Test
  void aPruneWhileABackupIsWritten() {
    sweep(PruneBesideTest::backup, PruneBesideTest::prune);
  }

  private void sweep(Work outer, Work inner) {
    boolean met = true;
    int number = 0;
    while (met) {
      number++;
      TwoSites sites = scene.copy();
      met = interrupted(sites, outer, inner, number);
      sites.requireWhole(sites.nas);
      sites.requireWhole(sites.offsite);
      sites.prune(sites.offsite, LAST_TWO);
      SyncReport after = sites.sync(TwoSites.keeping(LAST_TWO));
      assertThat(after.complete()).as("after change %d: %s", number, after).isTrue();
      sites.requireWhole(sites.offsite);
    }
    assertThat(number).isGreaterThan(8);
  }

  /** False if the outer one made fewer changes. */
  private static boolean interrupted(TwoSites sites, Work outer, Work inner, int number) {
    AtomicBoolean met = new AtomicBoolean();
    FaultyStorage watched =
        FaultyStorage.over(sites.offsite, number)
            .before((change, call, what) -> {
              if (change == number) {
                met.set(true);
                attempt(() -> inner.run(sites, sites.offsite));
              }
            });
    attempt(() -> outer.run(sites, watched));
    return met.get();
  }

  /** Each may find that the other one is at work. */
  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (HoldfastException e) {
      assertThat(e.status()).as(e.getMessage()).isEqualTo(ExitStatus.LEASE_HELD);
    }
  }
}
