package io.holdfast.operations.restore;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRecord;
import io.holdfast.repository.ClusterArchive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Transactions on either side of where a recovery was to end, as the archived WAL tells them: the
 * last one before the target, which the copy must have, and the first one after it, which it must
 * not have. They are read out of the WAL by us; what recovery did is PostgreSQL's, so that each is
 * held against the other.
 *
 * @param before empty if none committed near enough before the target
 * @param after empty if none is archived, and for the latest state, which has no other side
 */
public record Landmarks(Optional<Landmark> before, Optional<Landmark> after) {
  /** Segments that are looked at on either side of where replay ended. */
  private static final int AROUND = 3;

  private static final int TRIES = 16;
  private static final int REMEMBERED = 1000;

  /**
   * A commit.
   *
   * @param xid its low 32 bits
   * @param at where its record starts
   */
  public record Landmark(long xid, Lsn at, Instant time) {}

  /**
   * @param reached where replay ended
   */
  public static Landmarks of(ClusterArchive archive, RestorePlan plan, Lsn reached) {
    ArchivedWal wal = wal(archive, plan);
    Route route = plan.route();
    long segment = plan.details().server().walSegmentSize();
    boolean latest = plan.request().target() instanceof RecoveryTarget.Latest;
    Lsn middle = latest || reached.isAfter(route.end()) ? route.end() : reached;
    Lsn begin = route.backup().window().start();
    Lsn from = middle.minus(begin) > AROUND * segment ? middle.plus(-AROUND * segment) : begin;
    Lsn to = latest ? route.end() : middle.plus(AROUND * segment);
    Sides sides = new Sides(plan.request().target(), route.backup().window().stop(), to);
    wal.scan(route.path(), from, to, sides::see);
    return new Landmarks(Optional.ofNullable(sides.before), Optional.ofNullable(sides.after));
  }

  /**
   * A moment after the backup at which a transaction ended and after which another one did, so that
   * it can be seen whether a recovery to it stops between the two. Empty if there is none.
   *
   * @param latest plan of a restore of that backup to the latest state
   */
  public static Optional<RecoveryTarget> anyMoment(
      ClusterArchive archive, RestorePlan latest, RandomGenerator random) {
    ArchivedWal wal = wal(archive, latest);
    Route route = latest.route();
    Lsn stop = route.backup().window().stop();
    long segment = latest.details().server().walSegmentSize();
    long span = route.end().minus(stop);
    for (int i = 0; i < TRIES && span > 0; i++) {
      Lsn from = i == TRIES - 1 ? stop : stop.plus(random.nextLong(span));
      List<Instant> times = commits(wal, route.path(), from, earlier(from.plus(segment), route));
      List<Instant> between = followedByAnother(times);
      if (!between.isEmpty()) {
        return Optional.of(
            new RecoveryTarget.Moment(
                between.get(random.nextInt(between.size())), true, Optional.empty()));
      }
    }
    return Optional.empty();
  }

  private static Lsn earlier(Lsn lsn, Route route) {
    return lsn.isBefore(route.end()) ? lsn : route.end();
  }

  private static List<Instant> commits(ArchivedWal wal, TimelineHistory path, Lsn from, Lsn to) {
    List<Instant> times = new ArrayList<>();
    wal.scan(
        path,
        from,
        to,
        record -> {
          if (record.meaning() instanceof WalRecord.Commit(Instant time)
              && !record.end().isAfter(to)) {
            times.add(time);
          }
          return times.size() < REMEMBERED;
        });
    return times;
  }

  /** Those that are later than all before them and earlier than the next. */
  private static List<Instant> followedByAnother(List<Instant> times) {
    List<Instant> between = new ArrayList<>();
    Instant latest = Instant.MIN;
    for (int i = 0; i + 1 < times.size(); i++) {
      if (times.get(i).isAfter(latest) && times.get(i + 1).isAfter(times.get(i))) {
        between.add(times.get(i));
      }
      latest = times.get(i).isAfter(latest) ? times.get(i) : latest;
    }
    return between;
  }

  private static ArchivedWal wal(ClusterArchive archive, RestorePlan plan) {
    Candidate backup = plan.route().backup();
    return new ArchivedWal(
        WalArchive.of(archive, backup.systemIdentifier(), backup.walSegmentSize()), backup.major());
  }

  /** Goes through records as recovery does, and knows where it must stop. */
  private static final class Sides {
    private final RecoveryTarget target;
    private final Lsn consistent;
    private final Lsn to;
    private boolean over;
    private @Nullable Landmark before;
    private @Nullable Landmark after;

    Sides(RecoveryTarget target, Lsn consistent, Lsn to) {
      this.target = target;
      this.consistent = consistent;
      this.to = to;
    }

    boolean see(WalRecord record) {
      over |= stopsBefore(record);
      if (record.meaning() instanceof WalRecord.Commit(Instant time) && !record.end().isAfter(to)) {
        Landmark landmark = new Landmark(record.xid() & 0xFFFFFFFFL, record.start(), time);
        if (over) {
          after = landmark;
          return false;
        }
        before = landmark;
      }
      over |= stopsAfter(record);
      return true;
    }

    private boolean stopsBefore(WalRecord record) {
      return switch (target) {
        case RecoveryTarget.Latest latest -> false;
        case RecoveryTarget.Immediate immediate -> !record.start().isBefore(consistent);
        case RecoveryTarget.Moment moment ->
            ended(record)
                .filter(time ->
                    moment.inclusive()
                        ? time.isAfter(moment.instant())
                        : !time.isBefore(moment.instant()))
                .isPresent();
        case RecoveryTarget.Position position ->
            !position.inclusive() && !record.start().isBefore(position.lsn());
        case RecoveryTarget.Transaction transaction ->
            !transaction.inclusive() && isEndOf(record, transaction);
        case RecoveryTarget.Named named -> false;
      };
    }

    private boolean stopsAfter(WalRecord record) {
      return switch (target) {
        case RecoveryTarget.Position position ->
            position.inclusive() && !record.start().isBefore(position.lsn());
        case RecoveryTarget.Transaction transaction ->
            transaction.inclusive() && isEndOf(record, transaction);
        case RecoveryTarget.Named named ->
            record.meaning() instanceof WalRecord.RestorePoint(Instant time, String name)
                && name.equals(named.name());
        default -> false;
      };
    }

    private static Optional<Instant> ended(WalRecord record) {
      return switch (record.meaning()) {
        case WalRecord.Commit(Instant time) -> Optional.of(time);
        case WalRecord.Abort(Instant time) -> Optional.of(time);
        default -> Optional.empty();
      };
    }

    private static boolean isEndOf(WalRecord record, RecoveryTarget.Transaction transaction) {
      return ended(record).isPresent()
          && (record.xid() & 0xFFFFFFFFL) == (transaction.xid() & 0xFFFFFFFFL);
    }
  }
}
