package io.holdfast.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.wal.WalInventory;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowFinderTest {
  private static final int SIZE = 1 << 20;
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final SortedMap<Integer, List<WalRange>> ranges = new TreeMap<>();
  private final Map<Integer, TimelineHistory> histories = new HashMap<>();
  private final List<BackupPoint> backups = new ArrayList<>();

  @Test
  void aWindowBeginsWhereTheBackupIsConsistentAndEndsWithTheWal() {
    wal(1, 2, 9);
    BackupId backup = backup(1, 3, 4);
    RecoverableWindow window = finder().windows().getFirst();
    assertThat(window.fromLsn()).isEqualTo(at(4));
    assertThat(window.toLsn()).isEqualTo(at(9));
    assertThat(window.from()).isEqualTo(minute(4));
    assertThat(window.to()).isEqualTo(minute(9));
    assertThat(window.backups()).containsExactly(backup);
    assertThat(finder().windows()).hasSize(1);
  }

  @Test
  void backupsOnTheSameStretchShareAWindow() {
    wal(1, 2, 9);
    backup(1, 6, 7);
    backup(1, 3, 4);
    assertThat(finder().windows()).hasSize(1);
    assertThat(finder().windows().getFirst().fromLsn()).isEqualTo(at(4));
    assertThat(finder().windows().getFirst().backups()).hasSize(2);
  }

  @Test
  void aGapPartsTwoWindowsAndIsNamed() {
    wal(1, 2, 5, 6, 9);
    backup(1, 2, 3);
    backup(1, 7, 8);
    List<RecoverableWindow> windows = finder().windows();
    assertThat(windows).hasSize(2);
    assertThat(windows.getLast().missingBefore())
        .extracting(gap -> gap.firstSegment())
        .containsExactly("000000010000000000000005");
    assertThat(Sentence.of(status(windows)))
        .isEqualTo(
            "restorable from 2026-11-22 12:03:00Z to 2026-11-22 12:09:00Z, except from"
                + " 2026-11-22 12:05:00Z to 2026-11-22 12:08:00Z (missing: segment"
                + " 000000010000000000000005 (0/500000 to 0/600000))");
  }

  @Test
  void walAfterAGapWithoutABackupIsOfNoUse() {
    wal(1, 2, 5, 6, 9);
    backup(1, 2, 3);
    assertThat(finder().windows()).hasSize(1);
    assertThat(finder().windows().getFirst().toLsn()).isEqualTo(at(5));
  }

  @Test
  void aBackupWithoutItsWalIsNamedAndOpensNoWindow() {
    wal(1, 5, 9);
    BackupId backup = backup(1, 3, 6);
    WindowFinder finder = finder();
    assertThat(finder.windows()).isEmpty();
    assertThat(finder.unrestorable()).extracting(UnrestorableBackup::id).containsExactly(backup);
    assertThat(finder.unrestorable().getFirst().missing().getFirst().firstSegment())
        .isEqualTo("000000010000000000000003");
  }

  @Test
  void aWindowGoesOnThroughAPromotion() {
    wal(1, 2, 5);
    wal(2, 5, 8);
    histories.put(
        2,
        new TimelineHistory(
            2, List.of(new TimelineHistory.Ancestor(1, at(5).plus(99), "promoted"))));
    backup(1, 3, 4);
    List<RecoverableWindow> windows = finder().windows();
    assertThat(windows).hasSize(1);
    assertThat(windows.getFirst().timeline()).isEqualTo(2);
    assertThat(windows.getFirst().toLsn()).isEqualTo(at(8));
  }

  @Test
  void aBackupTakenOnTheOldTimelineAfterTheSwitchIsOnItsOwn() {
    wal(1, 2, 9);
    wal(2, 5, 12);
    histories.put(
        2,
        new TimelineHistory(
            2, List.of(new TimelineHistory.Ancestor(1, at(5).plus(99), "promoted"))));
    backup(1, 3, 4);
    BackupId astray = backup(1, 7, 8);
    WindowFinder finder = finder();
    assertThat(finder.windows()).hasSize(1);
    assertThat(finder.windows().getLast().backups()).doesNotContain(astray);
  }

  @Test
  void withoutBackupsThereIsNothingToSayButThat() {
    wal(1, 2, 9);
    assertThat(finder().windows()).isEmpty();
    assertThat(Sentence.of(status(List.of())))
        .isEqualTo("nothing can be restored: there is no backup");
  }

  @Test
  void whatLiesBehindAHoleNeedsANewBackup() {
    wal(1, 2, 6, 8, 12);
    backup(1, 3, 4);
    List<RecoverableWindow> windows = finder().windows();
    assertThat(finder().missingAfter(windows.getLast()))
        .singleElement()
        .satisfies(gap -> {
          assertThat(gap.from()).isEqualTo(at(6));
          assertThat(gap.to()).isEqualTo(at(8));
        });
    assertThat(Sentence.of(status(windows)))
        .contains(". Nothing later can be restored until there is a new backup (missing: ");
    backup(1, 9, 10);
    assertThat(finder().missingAfter(finder().windows().getLast())).isEmpty();
  }

  @Test
  void whatIsSaidLiesInsideTheWindow() {
    wal(1, 2, 9);
    backup(1, 3, 4);
    RecoverableWindow window = finder().windows().getFirst();
    Instant from = NOON.plusNanos(1_000);
    assertThat(Sentence.of(status(List.of(within(window, from, NOON.plusNanos(7_999_000))))))
        .isEqualTo("restorable from 2026-11-22 12:00:00.001Z to 2026-11-22 12:00:00.007Z");
    assertThat(Sentence.of(status(List.of(within(window, from, from)))))
        .isEqualTo("restorable from 2026-11-22 12:00:00.001Z to 2026-11-22 12:00:00.001Z");
  }

  private static RecoverableWindow within(RecoverableWindow window, Instant from, Instant to) {
    return new RecoverableWindow(
        window.systemIdentifier(),
        window.path(),
        window.timeline(),
        from,
        to,
        window.fromLsn(),
        window.toLsn(),
        window.backups(),
        window.missingBefore());
  }

  private WindowFinder finder() {
    return new WindowFinder(
        new WalInventory(SIZE, ranges, histories, 0, 0),
        backups,
        (timeline, end) -> Optional.of(minute(end.value() / SIZE)));
  }

  private void wal(int timeline, long... fromTo) {
    List<WalRange> of = new ArrayList<>();
    for (int i = 0; i < fromTo.length; i += 2) {
      of.add(new WalRange(timeline, at(fromTo[i]), at(fromTo[i + 1]), false));
    }
    ranges.put(timeline, of);
  }

  private BackupId backup(int timeline, long start, long stop) {
    BackupId id = new BackupId(String.format("20261122T12%02d00Z-aaa%d", stop, timeline));
    backups.add(
        new BackupPoint(id, 7, SIZE, at(start), timeline, at(stop), timeline, minute(stop)));
    return id;
  }

  private ClusterStatus status(List<RecoverableWindow> windows) {
    return new ClusterStatus(
        "shop",
        true,
        windows,
        windows.isEmpty() ? List.of() : finder().missingAfter(windows.getLast()),
        backups.size(),
        List.of(),
        Optional.empty(),
        Optional.<Duration>empty(),
        List.of(),
        0,
        0,
        Map.of(),
        0,
        0,
        Map.of(),
        0);
  }

  private static Lsn at(long segment) {
    return new Lsn(segment * SIZE);
  }

  private static Instant minute(long minute) {
    return NOON.plus(Duration.ofMinutes(minute));
  }
}
