package io.holdfast.operations.retention;

import static io.holdfast.operations.retention.MadeUpCluster.id;
import static io.holdfast.operations.retention.MadeUpCluster.night;
import static io.holdfast.operations.retention.MadeUpCluster.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Note;
import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PruneTest {
  private final Storage storage = Storages.memory("prune");
  private Instant now = night(9);
  private final MadeUpCluster cluster = MadeUpCluster.create(storage, () -> now);
  private final Backups backups = new Backups(cluster.archive);

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Policy last(int count) {
    return last(count, Duration.ofDays(3));
  }

  private static Policy last(int count, Duration grace) {
    return new Policy(count, Map.of(), Optional.empty(), ZoneOffset.UTC, grace);
  }

  private PruneOutcome prune(Policy policy) {
    return Prune.run(cluster.archive, policy, false, Progress.NONE, () -> now);
  }

  private PrunePlan plan(Policy policy) {
    return Prune.plan(cluster.archive, policy, false, () -> now);
  }

  /** Five nights, each built on the one before, with WAL since before the first. */
  private void fiveNights() {
    cluster.wal(1, 1, 30);
    cluster.backup(1, new Made(4));
    for (int day = 2; day <= 5; day++) {
      cluster.backup(day, new Made(4 * day).on(id(day - 1)));
    }
  }

  @Test
  void aRemovedBackupWaitsComesBackOrIsPurged() {
    fiveNights();

    PruneOutcome first = prune(last(2));

    assertThat(first.plan().removed())
        .extracting(r -> r.verdict().backup().id())
        .containsExactly(id(3), id(2), id(1));
    assertThat(first.purged()).isEmpty();
    assertThat(cluster.archive.backupIds()).hasSize(5);
    assertThat(cluster.names("wal")).contains(segment(1, 4)).doesNotContain(segment(1, 3));
    assertThat(backups.undelete(id(2), now)).isTrue();
    backups.pin(id(2), "the audit", Optional.empty(), now);

    now = now.plus(Duration.ofDays(2));
    assertThat(prune(last(2)).purged()).isEmpty();
    now = now.plus(Duration.ofDays(1));
    long packBytes = packBytes();
    PruneOutcome second = prune(last(2));

    assertThat(second.purged()).containsExactly(id(1), id(3));
    assertThat(second.freed().bytes()).isPositive();
    assertThat(cluster.archive.backupIds()).containsExactly(id(2), id(4), id(5));
    assertThat(cluster.names("wal")).contains(segment(1, 8)).doesNotContain(segment(1, 7));
    assertThat(cluster.names("notes")).hasSize(3);
    assertThatThrownBy(() -> backups.undelete(id(1), now)).hasMessageContaining("no backup");
    cluster.requireWhole();
    assertThat(cluster.archive.orphans()).isEmpty();
    assertThat(second.freed().bytes()).isEqualTo(packBytes - packBytes());
  }

  private long packBytes() {
    return MadeUpCluster.objects(storage).entrySet().stream()
        .filter(entry -> entry.getKey().contains("/packs/"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Test
  void whatIsPlannedIsWhatIsDoneAndAPlanChangesNothing() {
    fiveNights();
    Policy now0 = last(2, Duration.ZERO);
    Map<String, Long> before = MadeUpCluster.objects(storage);

    PrunePlan plan = plan(now0);
    assertThat(MadeUpCluster.objects(storage)).isEqualTo(before);
    PruneOutcome outcome = prune(now0);

    assertThat(outcome.plan()).usingRecursiveComparison().isEqualTo(plan);
    assertThat(outcome.purged())
        .containsExactlyInAnyOrderElementsOf(plan.purged().stream().map(Contender::id).toList());
    assertThat(outcome.freed()).isEqualTo(plan.purgedFrees());
    assertThat(outcome.walObjects()).isEqualTo(plan.walObjects()).isEqualTo(15);
    assertThat(outcome.walBytes()).isEqualTo(plan.walBytes());
    assertThat(cluster.archive.backupIds()).containsExactly(id(4), id(5));
  }

  @Test
  void pruningTwiceIsPruningOnce() {
    fiveNights();
    prune(last(2));
    Map<String, Long> once = MadeUpCluster.objects(storage);

    PruneOutcome again = prune(last(2));

    assertThat(again.plan().removed()).isEmpty();
    assertThat(MadeUpCluster.objects(storage)).isEqualTo(once);
  }

  @Test
  void aPackThatANewerBackupNamesCostsNothing() {
    cluster.wal(1, 1, 30);
    cluster.backup(1, new Made(4));
    cluster.backup(2, new Made(8).on(id(1)));

    PrunePlan plan = plan(last(1));

    assertThat(plan.removed()).hasSize(1);
    assertThat(plan.removedFrees().bytes()).isEqualTo(plan.removed().getFirst().frees());
    cluster.backup(3, new Made(12));
    assertThat(plan(last(1)).removedFrees().bytes())
        .isGreaterThan(plan(last(1)).removed().getFirst().frees());
  }

  @Test
  void removedBackupsArePassedOverUnlessNamed() {
    fiveNights();
    cluster.archive.objects("notes");
    try (Lease lease = cluster.archive.acquire(Notes.LEASE, LeaseOptions.of("test"))) {
      new Notes(cluster.archive).say(id(5), new Note.Deleted("for the test", now), now);
      lease.ensureHeld();
    }

    assertThat(backups.find("latest")).isEqualTo(id(4));
    assertThat(backups.find(id(5).text())).isEqualTo(id(5));
    assertThatThrownBy(() -> backups.delete(id(4), false, now)).hasMessageContaining("newest");
    assertThatThrownBy(() -> backups.pin(id(5), "x", Optional.empty(), now))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.hint()).hasValueSatisfying(h -> assertThat(h).contains("undelete")));
    assertThat(backups.delete(id(5), false, now).backup().id()).isEqualTo(id(5));
    assertThat(cluster.names("notes")).isEmpty();
  }

  @Test
  void statusTellsOfRemovedBackupsAndDoesNotPromiseWhatTheyCould() {
    fiveNights();
    prune(last(2));

    ClusterStatus status =
        new io.holdfast.operations.status.Status(repository(), () -> now).of("main");

    assertThat(status.backups()).isEqualTo(2);
    assertThat(status.removed().keySet()).containsExactly(id(1), id(2), id(3));
    assertThat(status.removedBytes()).isPositive();
    assertThat(status.windows()).hasSize(1);
    assertThat(status.windows().getFirst().backups()).containsExactly(id(4), id(5));
    assertThat(status.unrestorable()).isEmpty();
  }

  private io.holdfast.repository.Repository repository() {
    return cluster.repository();
  }

  @Test
  void pinnedBackupsAreNeitherPrunedNorDeleted() {
    fiveNights();
    backups.pin(id(1), "before the move", Optional.of(now.plus(Duration.ofDays(5))), now);

    assertThat(prune(last(1, Duration.ZERO)).purged()).containsExactly(id(2), id(3), id(4));
    assertThatThrownBy(() -> backups.delete(id(1), true, now))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("pinned: before the move");
    assertThat(cluster.names("wal")).contains(segment(1, 4));

    now = now.plus(Duration.ofDays(5));
    assertThat(prune(last(1, Duration.ZERO)).purged()).containsExactly(id(1));
    assertThat(cluster.names("wal")).doesNotContain(segment(1, 19)).contains(segment(1, 20));
  }

  @Test
  void anEndedPinIsTheLastWordUntilItIsSaidAnew() {
    fiveNights();
    backups.pin(id(1), "one", Optional.empty(), now);
    assertThat(backups.unpin(id(1), now)).isTrue();
    assertThat(backups.unpin(id(1), now)).isFalse();
    assertThat(plan(last(4)).removed()).hasSize(1);
    // Said by a machine whose clock is behind; it is the last word all the same.
    backups.pin(id(1), "two", Optional.empty(), now.minus(Duration.ofDays(400)));
    assertThat(plan(last(4)).removed()).isEmpty();
  }

  @Test
  void hostsWhoseClocksDifferByMinutesMayTakeTurns() {
    fiveNights();
    try (BackupWriter writer = cluster.archive.begin(id(9), WriteOptions.DEFAULT)) {
      Instant behind = night(5).minus(Duration.ofMinutes(14));
      cluster.commit(writer, behind, new Made(24).on(id(5)), () -> {});
    }
    assertThat(prune(last(5)).plan().removed()).hasSize(1);

    try (BackupWriter writer = cluster.archive.begin(id(10), WriteOptions.DEFAULT)) {
      Instant wrong = night(5).minus(Duration.ofMinutes(16));
      cluster.commit(writer, wrong, new Made(26).on(id(5)), () -> {});
    }
    assertThatThrownBy(() -> prune(last(5)))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("is dated before it");
  }

  @Test
  void whileABackupRunsNothingIsDeleted() {
    fiveNights();
    prune(last(2));
    now = now.plus(Duration.ofDays(3));
    Map<String, Long> before = MadeUpCluster.objects(storage);
    try (Lease running = cluster.archive.acquire("backup", LeaseOptions.of("backup"));
        BackupWriter writer = cluster.archive.begin(id(9), WriteOptions.DEFAULT)) {
      PruneOutcome beside = prune(last(2));

      assertThat(beside.purged()).isEmpty();
      assertThat(beside.postponed()).hasSize(1);
      assertThat(MadeUpCluster.objects(storage).keySet()).containsAll(before.keySet());
      running.ensureHeld();
      // It inherits from one that was removed: all of that is there still.
      cluster.commit(writer, 9, new Made(24).on(id(1)));
    }
    assertThat(prune(last(2)).purged()).containsExactly(id(1), id(2), id(3));
    assertThat(cluster.archive.backupIds()).containsExactly(id(4), id(5), id(9));
    cluster.requireWhole();
  }

  @Test
  void onlyOnePruneRuns() {
    fiveNights();
    try (Lease other = cluster.archive.acquire(Notes.LEASE, LeaseOptions.of("prune"))) {
      assertThatThrownBy(() -> prune(last(2))).isInstanceOf(LeaseHeldException.class);
      assertThatThrownBy(() -> backups.undelete(id(1), now)).isInstanceOf(LeaseHeldException.class);
      assertThatThrownBy(() -> backups.delete(id(1), true, now))
          .isInstanceOf(LeaseHeldException.class);
      other.ensureHeld();
    }
    assertThat(cluster.names("notes")).isEmpty();
  }

  @Test
  void walOfEveryTimelineUpToTheOldestStartGoesAndHistoryStays() {
    cluster.wal(1, 1, 12);
    cluster.history(2, "1\t0/900000\tno recovery target specified\n");
    cluster.wal(2, 9, 30);
    cluster.history(3, "1\t0/300000\tno recovery target specified\n");
    cluster.wal(3, 3, 6); // nothing was ever backed up there
    cluster.put("wal", MadeUpCluster.SYSTEM, 1, "000000010000000000000005.00000028.backup");
    cluster.put("wal", MadeUpCluster.SYSTEM, 1, "00000001000000000000000C.partial");
    cluster.put("wal", MadeUpCluster.SYSTEM, 1, "000000010000000000000002.part/00000000-00000100");
    cluster.put("wal", MadeUpCluster.SYSTEM, 2, "00000002000000000000001F.part/00000000-00000100");
    cluster.put("wal", MadeUpCluster.SYSTEM, 1, "not-wal");
    cluster.backup(1, new Made(4));
    cluster.backup(2, new Made(10).of(2));
    cluster.backup(3, new Made(14).of(2));

    prune(last(3));
    assertThat(cluster.names("wal"))
        .contains(segment(1, 4), segment(1, 12), segment(2, 9), segment(3, 3))
        .doesNotContain(segment(1, 3))
        .noneMatch(name -> name.contains(".part/00000000-00000100") && name.contains("0002.part"));

    PruneOutcome outcome = prune(last(1, Duration.ZERO));

    assertThat(outcome.purged()).containsExactly(id(1), id(2));
    assertThat(cluster.names("wal").stream().filter(name -> name.contains("/00000002")))
        .startsWith("00000002/00000002.history")
        .doesNotContain(segment(2, 13))
        .contains(segment(2, 14), segment(2, 30))
        .contains("00000002/00000002000000000000001F.part/00000000-00000100");
    assertThat(cluster.names("wal").stream().filter(name -> name.startsWith("00000001/")))
        .containsExactly("00000001/not-wal");
    // Newer than every backup: the next one may be of it.
    assertThat(cluster.names("wal"))
        .contains("00000003/00000003.history", segment(3, 3), segment(3, 6));
    assertThat(cluster.names("changes"))
        .doesNotContain(segment(1, 12), segment(2, 13))
        .contains(segment(2, 14), segment(3, 3));
    cluster.requireWhole();
  }

  @Test
  void walOfAServerWithoutABackupStays() {
    cluster.wal(42L, 1, 1, 3);
    assertThat(plan(last(1)).walObjects()).isZero();
    assertThat(prune(last(1)).walObjects()).isZero();
    assertThat(cluster.names("wal")).hasSize(3);

    cluster.wal(1, 1, 9);
    cluster.backup(1, new Made(4));
    PruneOutcome outcome = prune(last(1));

    assertThat(outcome.walObjects()).isEqualTo(3);
    assertThat(outcome.plan().notes()).anyMatch(note -> note.contains("WAL of server 42"));
    assertThat(cluster.names("wal")).hasSize(3 + 6);
  }

  @Test
  void walThatARemovedBackupNeedsStaysAsLongAsIt() {
    fiveNights();
    prune(last(1));
    assertThat(cluster.names("wal")).contains(segment(1, 4));
    assertThat(backups.undelete(id(1), now)).isTrue();
    cluster.requireWhole();
  }

  @Test
  void datesThatCannotBeAreRefused() {
    fiveNights();
    now = night(5).minus(Duration.ofHours(1));
    assertRefused("backup " + id(5));

    now = night(9);
    prune(last(5));
    now = night(8);
    assertRefused("pruned at " + night(9));
    assertThat(Prune.plan(cluster.archive, last(2), true, () -> now).removed()).hasSize(3);

    now = night(10);
    cluster.backup(7, new Made(24));
    cluster.backup(6, new Made(26).on(id(7)));
    assertRefused("builds on backup " + id(7));
    assertThat(cluster.names("notes")).isEmpty();
  }

  private void assertRefused(String because) {
    assertThatThrownBy(() -> prune(last(1)))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining(because);
  }

  @Test
  void nothingIsRemovedBesideABackupThatCannotBeRead() {
    fiveNights();
    ObjectKey key = ObjectKey.of("clusters/main/backups/" + id(3) + ".manifest");
    byte[] bytes = storage.read(key).content();
    bytes[bytes.length / 2] ^= 1;
    storage.delete(key);
    storage.create(key, bytes);

    assertThatThrownBy(() -> prune(last(1, Duration.ZERO)))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED))
        .hasMessageContaining(id(3).text());
    assertThat(cluster.archive.backupIds()).hasSize(5);
    assertThat(cluster.names("wal")).hasSize(30);
  }

  @Test
  void backupsThatCannotBeRestoredTakeNobodysPlace() {
    cluster.wal(1, 1, 13);
    cluster.wal(1, 20, 30);
    cluster.backup(1, new Made(4));
    cluster.backup(2, new Made(8));
    cluster.backup(3, new Made(16)); // of which no WAL is there
    cluster.backup(4, new Made(20).damaged(3));
    cluster.backup(5, new Made(24));
    storage.delete(ObjectKey.of("clusters/main/packs/" + id(5) + "/000001.pack"));

    PrunePlan plan = plan(last(2));

    assertThat(plan.removed()).extracting(r -> r.verdict().backup().id()).containsExactly(id(3));
    assertThat(plan.kept())
        .extracting(k -> k.verdict().backup().flaw().orElse("none"))
        .satisfiesExactly(
            flaw -> assertThat(flaw).contains("packs are missing"),
            flaw -> assertThat(flaw).contains("3 damaged pages"),
            flaw -> assertThat(flaw).isEqualTo("none"),
            flaw -> assertThat(flaw).isEqualTo("none"));
  }

  @Test
  void theLastSoundBackupIsNotPurgedThoughItWasRemovedBefore() {
    fiveNights();
    prune(last(1));
    storage.delete(ObjectKey.of("clusters/main/packs/" + id(5) + "/000001.pack"));
    now = now.plus(Duration.ofDays(4));

    PruneOutcome outcome = prune(last(1));

    assertThat(outcome.purged()).isEmpty();
    assertThat(outcome.plan().notes()).anyMatch(note -> note.contains("without a flaw"));
    assertThat(cluster.archive.backupIds()).hasSize(5);
  }

  @Test
  void leftoversOfKilledBackupsGoToo() {
    fiveNights();
    BackupWriter killed = cluster.archive.begin(id(6), WriteOptions.DEFAULT);
    try (ChunkSink sink = killed.openSink()) {
      byte[] bytes = new byte[100_000];
      sink.store(bytes, 0, bytes.length);
    }
    assertThat(prune(last(5)).leftovers()).isZero();
    now = now.plus(Duration.ofDays(1)); // its lease has expired

    assertThat(prune(last(5)).leftovers()).isPositive();
    assertThat(MadeUpCluster.objects(storage).keySet())
        .noneMatch(key -> key.contains(id(6).text()));
  }

  @Test
  void aPreviewShowsWhatAYearWillKeep() {
    fiveNights();
    Policy policy =
        new Policy(
            0,
            Map.of(Period.DAILY, 7, Period.MONTHLY, 12),
            Optional.empty(),
            ZoneOffset.UTC,
            Duration.ZERO);

    Preview preview =
        Preview.of(
            cluster.archive,
            policy,
            night(5).plusSeconds(60),
            Duration.ofDays(365),
            Optional.empty());

    assertThat(preview.observed()).isTrue();
    assertThat(preview.every()).isEqualTo(Duration.ofDays(1));
    assertThat(preview.moments())
        .extracting(m -> m.after().toDays())
        .containsExactly(1L, 7L, 30L, 90L, 180L, 365L);
    assertThat(preview.moments())
        .extracting(m -> m.kept().size())
        .containsExactly(6, 8, 8, 10, 13, 17);
    assertThat(preview.moments().getLast().kept()).allMatch(Preview.Moment::isToCome);
    List<BackupId> there = cluster.archive.backupIds();
    assertThat(there).hasSize(5);
  }
}
