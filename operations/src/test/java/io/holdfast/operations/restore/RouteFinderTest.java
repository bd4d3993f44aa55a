package io.holdfast.operations.restore;

import static io.holdfast.operations.restore.FabricatedWal.minute;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RouteFinderTest {
  private static final RecoveryTarget LATEST = new RecoveryTarget.Latest();

  private final List<Candidate> backups = new ArrayList<>();
  private final FabricatedWal wal = new FabricatedWal();

  /** Stopped at that many minutes past nine. */
  private BackupId backup(int timeline, long start, long stop, int stoppedAt) {
    BackupId id = new BackupId(String.format("20261122T09%02d00Z-aaaa", backups.size()));
    backups.add(
        new Candidate(
            id,
            7,
            18,
            16 << 20,
            new Window(
                new Lsn(start),
                timeline,
                new Lsn(stop),
                timeline,
                new Lsn(start),
                minute(stoppedAt - 1),
                minute(stoppedAt),
                false,
                "receiver")));
    return id;
  }

  private RouteFinder.Outcome find(RecoveryTarget target) {
    return new RouteFinder(backups, wal).find(target, Optional.empty(), OptionalInt.empty());
  }

  private Route found(RecoveryTarget target) {
    return found(find(target));
  }

  private static Route found(RouteFinder.Outcome outcome) {
    assertThat(outcome).isInstanceOf(RouteFinder.Outcome.Found.class);
    return ((RouteFinder.Outcome.Found) outcome).route();
  }

  private static String missed(RouteFinder.Outcome outcome) {
    assertThat(outcome).isInstanceOf(RouteFinder.Outcome.Missed.class);
    return ((RouteFinder.Outcome.Missed) outcome).reason();
  }

  private static RecoveryTarget at(int minute) {
    return new RecoveryTarget.Moment(minute(minute), true, Optional.empty());
  }

  private static RecoveryTarget before(int minute) {
    return new RecoveryTarget.Moment(minute(minute), false, Optional.empty());
  }

  private static RecoveryTarget lsn(long lsn) {
    return new RecoveryTarget.Position(new Lsn(lsn), true);
  }

  @Test
  void theLatestStateComesFromTheNewestBackupAndAllOfTheWal() {
    backup(1, 100, 200, 1);
    BackupId newer = backup(1, 500, 600, 5);
    wal.archived(1, 0, 1000).commit(1, 700, 751, 7);

    Route route = found(LATEST);

    assertThat(route.backup().id()).isEqualTo(newer);
    assertThat(route.end()).isEqualTo(new Lsn(1000));
    assertThat(route.reached()).contains(minute(7));
    assertThat(route.timelines()).containsExactly(1);
    assertThat(route.notes()).isEmpty();
  }

  @Test
  void aBackupWithoutItsWalIsPassedOverAndThatIsSaid() {
    BackupId older = backup(1, 100, 200, 1);
    backup(1, 500, 600, 5);
    wal.archived(1, 0, 550);

    Route route = found(LATEST);

    assertThat(route.backup().id()).isEqualTo(older);
    assertThat(route.notes()).anyMatch(n -> n.contains("lacks WAL that it needs"));
  }

  @Test
  void walBehindAGapIsNotReachedAndThatIsSaid() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 400).archived(1, 500, 900);

    Route route = found(LATEST);

    assertThat(route.end()).isEqualTo(new Lsn(400));
    assertThat(route.notes()).anyMatch(n -> n.contains("cannot be reached"));
  }

  @Test
  void withoutAnyWholeBackupNothingCanBeRestored() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 150);

    assertThat(missed(find(LATEST))).contains("lacks WAL that it needs");
    assertThat(missed(find(new RecoveryTarget.Immediate()))).contains("lacks WAL");
    assertThat(missed(find(at(3)))).contains("lacks WAL");
    assertThat(missed(find(lsn(300)))).contains("lacks WAL");
    assertThat(missed(find(new RecoveryTarget.Named("x")))).contains("lacks WAL");
  }

  @Test
  void theLatestStateLiesOnTheNewestTimelineEvenPastTheHexadecimalTen() {
    BackupId id = backup(1, 100, 200, 1);
    wal.archived(1, 0, 500).archived(9, 400, 600).archived(10, 550, 900);
    wal.history(9, 1, 450).history(10, 1, 450, 9, 560);

    Route route = found(LATEST);

    assertThat(route.backup().id()).isEqualTo(id);
    assertThat(route.path().timeline()).isEqualTo(10);
    assertThat(route.end()).isEqualTo(new Lsn(900));
    assertThat(route.timelines()).containsExactly(1, 9, 10);
  }

  @Test
  void aTimelineThatCannotBeReachedIsPassedOver() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 400).archived(2, 450, 900).history(2, 1, 450);

    Route route = found(LATEST);

    assertThat(route.path().timeline()).isEqualTo(1);
    assertThat(route.end()).isEqualTo(new Lsn(400));
    assertThat(route.notes()).anyMatch(n -> n.contains("timeline 2 begins at 0/1C2"));
  }

  @Test
  void aTimelineJustBornWithoutWalOfItsOwnIsFollowedToItsBirth() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 500).archived(2, 450, 451).history(2, 1, 450);

    assertThat(found(LATEST).path().timeline()).isEqualTo(2);
    assertThat(found(LATEST).end()).isEqualTo(new Lsn(451));
  }

  @Test
  void aTimelineWithoutHistoryServesItsOwnBackupsOnly() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 500).archived(3, 450, 900);
    assertThat(found(LATEST).path().timeline()).isEqualTo(1);

    BackupId own = backup(3, 600, 700, 9);
    Route route = found(LATEST);
    assertThat(route.backup().id()).isEqualTo(own);
    assertThat(route.historyKnown()).isFalse();
  }

  @Test
  void aBackupOnTheAbandonedEndOfATimelineDoesNotLeadToItsChild() {
    BackupId before = backup(1, 100, 200, 1);
    BackupId after = backup(1, 460, 480, 5);
    wal.archived(1, 0, 500).archived(2, 400, 900).history(2, 1, 450);

    assertThat(found(LATEST).backup().id()).isEqualTo(before);
    RouteFinder.Outcome forced =
        new RouteFinder(backups, wal).find(LATEST, Optional.of(after), OptionalInt.empty());
    assertThat(found(forced).path().timeline()).isEqualTo(1);
    RouteFinder.Outcome both =
        new RouteFinder(backups, wal).find(LATEST, Optional.of(after), OptionalInt.of(2));
    assertThat(missed(both)).contains("does not lie on the path of timeline 2");
  }

  @Test
  void aMomentComesFromTheNewestBackupThatEndedBeforeIt() {
    BackupId first = backup(1, 100, 200, 10);
    BackupId second = backup(1, 500, 600, 20);
    wal.archived(1, 0, 1000)
        .commit(1, 300, 1, 12)
        .commit(1, 400, 2, 15)
        .commit(1, 700, 3, 25)
        .commit(1, 800, 4, 30);

    assertThat(found(at(13)).backup().id()).isEqualTo(first);
    assertThat(found(at(13)).end()).isEqualTo(new Lsn(400));
    assertThat(found(at(13)).reached()).contains(minute(12));
    assertThat(found(at(20)).backup().id()).as("stopped at that very moment").isEqualTo(second);
    assertThat(found(at(20)).end()).isEqualTo(new Lsn(700));
    assertThat(found(at(26)).backup().id()).isEqualTo(second);
  }

  @Test
  void aMomentNeedsALaterTransactionToBeKnownAsReached() {
    backup(1, 100, 200, 10);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 12);

    assertThat(found(at(11)).end()).isEqualTo(new Lsn(300));
    assertThat(missed(find(at(13)))).contains("needs a later one").contains("09:12");
    assertThat(found(before(12)).end()).isEqualTo(new Lsn(300));
    assertThat(missed(find(at(50)))).contains("needs a later one");
  }

  @Test
  void theMomentOfTheLastTransactionIsReachedByItsPlace() {
    backup(1, 100, 200, 10);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 12).commit(1, 400, 2, 15);

    Route route = found(at(15));
    assertThat(route.instead()).contains(new RecoveryTarget.Position(new Lsn(400), true));
    assertThat(route.notes()).anyMatch(note -> note.contains("no transaction that ended after"));
    assertThat(found(at(12)).instead()).isEmpty();
  }

  @Test
  void aQuietTimeBeforeALaterBackupIsReachedThoughNoTransactionFollowsIt() {
    BackupId first = backup(1, 100, 200, 10);
    BackupId second = backup(1, 500, 600, 30);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 12);

    assertThat(found(at(20)).backup().id()).isEqualTo(first);
    assertThat(found(at(20)).instead()).contains(new RecoveryTarget.Position(new Lsn(300), true));
    assertThat(found(at(30)).backup().id()).isEqualTo(second);
    assertThat(found(at(30)).instead()).contains(new RecoveryTarget.Immediate());
    assertThat(missed(find(at(31)))).contains("no transaction ended after the backup");
  }

  @Test
  void aBackupInsideWhichReplayWouldStopIsPassedOver() {
    BackupId first = backup(1, 100, 200, 10);
    BackupId second = backup(1, 500, 600, 20);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 15).commit(1, 550, 2, 25).commit(1, 700, 3, 40);

    Route route = found(at(22));

    assertThat(route.backup().id()).isEqualTo(first);
    assertThat(route.end()).isEqualTo(new Lsn(550));
    assertThat(route.notes()).anyMatch(note -> note.contains("while backup " + second + " ran"));
    assertThat(found(at(30)).backup().id()).isEqualTo(second);
  }

  @Test
  void aTransactionWhoseNumberADiscardedTimelineHasTooIsNamed() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 900)
        .archived(2, 400, 900)
        .history(2, 1, 450)
        .commit(1, 300, 750, 5)
        .commit(1, 500, 751, 7)
        .commit(2, 600, 751, 17);

    assertThat(found(xid(751)).end()).isEqualTo(new Lsn(608));
    assertThat(found(xid(751)).notes())
        .singleElement()
        .asString()
        .contains("transaction 751 is also on timeline 1, at 0/1F4")
        .contains("--timeline 1");
    assertThat(found(xid(750)).notes()).isEmpty();
  }

  @Test
  void anAbortedTransactionTellsTheTimeToo() {
    backup(1, 100, 200, 10);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 12).abort(1, 400, 2, 14);

    assertThat(found(at(13)).end()).isEqualTo(new Lsn(400));
  }

  @Test
  void aMomentBeforeTheFirstBackupIsRefusedWithItsTime() {
    backup(1, 100, 200, 10);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 12);

    assertThat(missed(find(at(5)))).contains("no backup ended before it").contains("09:10");
  }

  @Test
  void aMomentThatALaterRecoveryDiscardedLeadsToTheTimelineThatLivedThroughIt() {
    backup(1, 100, 200, 0);
    wal.archived(1, 0, 1000)
        .commit(1, 300, 1, 10)
        .commit(1, 500, 2, 30)
        .commit(1, 600, 3, 50)
        .archived(2, 400, 1000)
        .history(2, 1, 400)
        .commit(2, 450, 2, 65)
        .commit(2, 550, 3, 70);

    assertThat(found(at(5)).path().timeline()).as("shared").isEqualTo(2);
    assertThat(found(at(40)).path().timeline()).as("lived on 1 only").isEqualTo(1);
    assertThat(found(at(40)).end()).isEqualTo(new Lsn(600));
    assertThat(found(at(67)).path().timeline()).isEqualTo(2);
    assertThat(found(at(67)).end()).isEqualTo(new Lsn(550));
  }

  @Test
  void aMomentBetweenAFailOverAndItsFirstTransactionIsRestoredOnTheNewTimeline() {
    backup(1, 100, 200, 0);
    wal.archived(1, 0, 400)
        .commit(1, 300, 1, 10)
        .archived(2, 400, 1000)
        .history(2, 1, 400)
        .commit(2, 450, 2, 20);

    Route route = found(at(15));

    assertThat(route.path().timeline()).isEqualTo(2);
    assertThat(route.end()).isEqualTo(new Lsn(450));
    assertThat(route.reached()).contains(minute(10));
  }

  @Test
  void aTimelineAskedForIsTakenThoughANewerOneHasTheMomentToo() {
    backup(1, 100, 200, 0);
    wal.archived(1, 0, 1000)
        .commit(1, 300, 1, 10)
        .commit(1, 500, 2, 30)
        .archived(2, 400, 1000)
        .history(2, 1, 400)
        .commit(2, 450, 2, 65);

    RouteFinder.Outcome outcome =
        new RouteFinder(backups, wal).find(at(5), Optional.empty(), OptionalInt.of(1));

    assertThat(found(outcome).path().timeline()).isEqualTo(1);
  }

  @Test
  void anLsnNeedsABackupThatEndedBeforeItAndARecordAtOrAfterIt() {
    BackupId first = backup(1, 100, 200, 1);
    BackupId second = backup(1, 500, 600, 5);
    wal.archived(1, 0, 1000).commit(1, 300, 1, 2).commit(1, 700, 2, 7);

    assertThat(found(lsn(250)).backup().id()).isEqualTo(first);
    assertThat(found(lsn(599)).backup().id()).isEqualTo(first);
    assertThat(found(lsn(600)).backup().id()).isEqualTo(second);
    assertThat(missed(find(lsn(150)))).contains("no backup ended before it").contains("0/C8");
    assertThat(missed(find(lsn(701)))).contains("no record starts at the target or later");
    assertThat(missed(find(lsn(5000)))).contains("up to 0/3E8");
  }

  @Test
  void anLsnOnTwoTimelinesGoesToTheNewerAndTheOtherIsNamed() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 1000)
        .commit(1, 600, 1, 2)
        .archived(2, 400, 1000)
        .history(2, 1, 400)
        .commit(2, 600, 1, 8);

    Route route = found(lsn(550));

    assertThat(route.path().timeline()).isEqualTo(2);
    assertThat(route.notes()).anyMatch(n -> n.contains("--timeline 1"));
    assertThat(found(lsn(550)).timelines()).containsExactly(1, 2);
  }

  @Test
  void aTransactionIsFoundWhereverItLiesAndTheBackupBeforeItIsTaken() {
    BackupId first = backup(1, 100, 200, 1);
    BackupId second = backup(1, 500, 600, 5);
    wal.archived(1, 0, 1000).commit(1, 300, 751, 2).commit(1, 700, 752, 7).abort(1, 800, 753, 8);

    assertThat(found(xid(751)).backup().id()).isEqualTo(first);
    assertThat(found(xid(752)).backup().id()).isEqualTo(second);
    assertThat(found(xid(752)).end()).isEqualTo(new Lsn(708));
    assertThat(found(xid(752)).reached()).contains(minute(7));
    assertThat(found(xid(753)).notes()).anyMatch(n -> n.contains("rolled back"));
    assertThat(found(xid((1L << 32) + 752)).end()).as("with an epoch").isEqualTo(new Lsn(708));
    assertThat(missed(find(xid(999)))).contains("transaction 999 is nowhere");
  }

  private static RecoveryTarget xid(long xid) {
    return new RecoveryTarget.Transaction(xid, true);
  }

  @Test
  void aRestorePointMadeTwiceIsRefusedWithBothPlaces() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 1000)
        .restorePoint(1, 300, "before", 2)
        .restorePoint(1, 400, "once", 3)
        .restorePoint(1, 700, "before", 7);

    assertThat(found(new RecoveryTarget.Named("once")).end()).isEqualTo(new Lsn(408));
    assertThat(missed(find(new RecoveryTarget.Named("before"))))
        .contains("more than once")
        .contains("0/12C")
        .contains("0/2BC");
  }

  @Test
  void aRestorePointInsideTheChosenBackupCountsAsTwice() {
    backup(1, 100, 200, 1);
    wal.archived(1, 0, 1000).restorePoint(1, 150, "x", 0).restorePoint(1, 300, "x", 2);

    assertThat(missed(find(new RecoveryTarget.Named("x")))).contains("more than once");
  }

  @Test
  void immediateEndsWithTheNewestBackupOnItsOwnTimeline() {
    backup(1, 100, 200, 1);
    BackupId newest = backup(2, 500, 600, 5);
    wal.archived(1, 0, 450).archived(2, 400, 1000).history(2, 1, 450);
    wal.archived(3, 600, 2000).history(3, 1, 450, 2, 700);

    Route route = found(new RecoveryTarget.Immediate());

    assertThat(route.backup().id()).isEqualTo(newest);
    assertThat(route.path().timeline()).isEqualTo(2);
    assertThat(route.end()).isEqualTo(new Lsn(600));
  }

  @Test
  void whatCanBeRestoredIsSaidInOneSentence() {
    backup(1, 100, 200, 10);
    backup(1, 600, 700, 30);
    wal.archived(1, 0, 500).commit(1, 300, 1, 20).archived(1, 600, 1000).commit(1, 800, 2, 40);

    assertThat(new Reachable(backups, wal).sentence())
        .isEqualTo(
            "What can be restored: along timeline 1 from 2026-11-22T09:10:01Z to"
                + " 2026-11-22T09:20:00Z (LSN 0/C8 to 0/1F4), then from 2026-11-22T09:30:01Z to"
                + " 2026-11-22T09:40:00Z (LSN 0/2BC to 0/3E8).");
  }
}
