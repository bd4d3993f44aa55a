package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.operations.restore.WalView.End;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRecord;
import io.holdfast.repository.BackupId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Chooses the backup and the timeline for a target, among the backups and the WAL of one server.
 *
 * <p>The newest timeline that contains the target wins, then the newest backup on its path that
 * ended before the target. A moment is contained where transactions ended before and after it on
 * the same timeline (or in the backup and after it); only if no timeline contains it, one on which
 * something ended later will do, for between two timelines nothing happened. So a moment that a
 * later recovery discarded leads to the timeline that lived through it.
 */
final class RouteFinder {
  private static final Comparator<Candidate> NEWEST_FIRST =
      Comparator.comparing((Candidate c) -> c.window().stop()).reversed();

  private final List<Candidate> candidates;
  private final WalView wal;

  RouteFinder(List<Candidate> candidates, WalView wal) {
    this.candidates = List.copyOf(candidates);
    this.wal = wal;
  }

  /** Either a route or the reason why there is none. */
  sealed interface Outcome {
    record Found(Route route) implements Outcome {}

    record Missed(String reason) implements Outcome {}
  }

  Outcome find(RecoveryTarget target, Optional<BackupId> backup, OptionalInt timeline) {
    List<Candidate> allowed =
        candidates.stream().filter(c -> backup.isEmpty() || backup.get().equals(c.id())).toList();
    List<Way> ways = ways(allowed, target, timeline);
    if (ways.stream().allMatch(way -> way.backups().isEmpty())) {
      return new Outcome.Missed(
          (backup.isPresent() ? "backup " + backup.get() + " does not lie" : "no backup lies")
              + " on the path of timeline "
              + ways.getFirst().path().timeline());
    }
    List<String> passedOver = new ArrayList<>();
    Outcome outcome =
        switch (target) {
          case RecoveryTarget.Latest latest -> latest(ways, passedOver);
          case RecoveryTarget.Immediate immediate -> immediate(ways, passedOver);
          case RecoveryTarget.Moment moment -> moment(ways, moment, passedOver);
          case RecoveryTarget.Position position -> position(ways, position, passedOver);
          case RecoveryTarget.Transaction transaction ->
              search(ways, Search.of(transaction), passedOver);
          case RecoveryTarget.Named named -> search(ways, Search.of(named), passedOver);
        };
    return switch (outcome) {
      case Outcome.Found(Route route) -> {
        for (String reason : passedOver) {
          route = route.with("passed over: " + reason);
        }
        yield new Outcome.Found(route);
      }
      case Outcome.Missed missed -> missed;
    };
  }

  /** A path and the allowed backups on it, newest first. */
  private record Way(TimelineHistory path, boolean historyKnown, List<Candidate> backups) {
    /** Where its own timeline begins. */
    Lsn branch() {
      return path.ancestors().isEmpty() ? new Lsn(0) : path.ancestors().getLast().end();
    }
  }

  /** Newest timeline first. */
  private List<Way> ways(List<Candidate> allowed, RecoveryTarget target, OptionalInt forced) {
    TreeSet<Integer> timelines = new TreeSet<>(Comparator.reverseOrder());
    if (forced.isPresent()) {
      timelines.add(forced.getAsInt());
    } else if (target instanceof RecoveryTarget.Immediate) {
      allowed.stream()
          .max(Comparator.comparing(c -> c.window().stopped()))
          .ifPresent(newest -> timelines.add(newest.window().stopTimeline()));
    } else {
      timelines.addAll(wal.timelines());
      allowed.forEach(c -> timelines.add(c.window().stopTimeline()));
    }
    List<Way> ways = new ArrayList<>();
    for (int timeline : timelines) {
      Optional<TimelineHistory> history =
          timeline == 1 ? Optional.of(TimelineHistory.root(1)) : wal.history(timeline);
      TimelineHistory path = history.orElseGet(() -> TimelineHistory.root(timeline));
      ways.add(
          new Way(
              path,
              history.isPresent(),
              allowed.stream().filter(c -> c.liesOn(path)).sorted(NEWEST_FIRST).toList()));
    }
    return ways;
  }

  /** How far a backup's WAL goes; notes a reason and is empty if not even to its own end. */
  private Optional<Lsn> reach(Way way, Candidate backup, List<String> reasons) {
    Lsn reach = wal.reach(way.path(), backup.window().start());
    if (!reach.isBefore(backup.window().stop())) {
      return Optional.of(reach);
    }
    reasons.add(
        "backup "
            + backup.id()
            + " lacks WAL that it needs: "
            + gaps(way, backup.window().start(), backup.window().stop()));
    return Optional.empty();
  }

  private String gaps(Way way, Lsn from, Lsn to) {
    return String.join(
        ", ", wal.missing(way.path(), from, to).stream().limit(3).map(Object::toString).toList());
  }

  private static Outcome missed(List<String> reasons, String otherwise) {
    return new Outcome.Missed(reasons.isEmpty() ? otherwise : reasons.getFirst());
  }

  private Outcome latest(List<Way> ways, List<String> reasons) {
    for (Way way : ways) {
      for (Candidate backup : way.backups()) {
        Optional<Lsn> reach = reach(way, backup, reasons);
        if (reach.isEmpty()) {
          continue;
        }
        if (reach.get().isBefore(way.branch())) {
          reasons.add(
              "timeline "
                  + way.path().timeline()
                  + " begins at "
                  + way.branch()
                  + ", and on the way there this is missing: "
                  + gaps(way, reach.get(), way.branch()));
          break;
        }
        return new Outcome.Found(afterLatest(route(way, backup, reach.get()), way, reach.get()));
      }
    }
    return missed(reasons, "no backup has the WAL that it needs");
  }

  private Route afterLatest(Route route, Way way, Lsn reach) {
    Optional<Lsn> end = wal.end(way.path());
    return end.isPresent() && end.get().isAfter(reach)
        ? route.with(
            "WAL up to "
                + end.get()
                + " is archived, but cannot be reached over what is missing: "
                + gaps(way, reach, end.get()))
        : route;
  }

  private Outcome immediate(List<Way> ways, List<String> reasons) {
    for (Way way : ways) {
      for (Candidate backup : way.backups()) {
        if (reach(way, backup, reasons).isPresent()) {
          return new Outcome.Found(route(way, backup, backup.window().stop()));
        }
      }
    }
    return missed(reasons, "no backup has the WAL that it needs");
  }

  private Outcome moment(List<Way> ways, RecoveryTarget.Moment target, List<String> passedOver) {
    List<String> reasons = new ArrayList<>();
    Optional<Route> between = Optional.empty();
    for (Way way : ways) {
      Optional<Candidate> backup = endedBefore(way, target, reasons);
      if (backup.isEmpty()) {
        continue;
      }
      Optional<Lsn> reach = reach(way, backup.get(), reasons);
      if (reach.isEmpty()) {
        continue;
      }
      Lsn from = backup.get().window().stop();
      Optional<End> later =
          wal.firstEndAfter(way.path(), from, reach.get(), target.instant(), !target.inclusive());
      if (later.isEmpty() && !isPast(way, target, from, reach.get())) {
        reasons.add(tooLate(way, from, reach.get()));
        continue;
      }
      Route route =
          later.isPresent()
              ? route(way, backup.get(), later.get().lsn())
              : throughTheLast(route(way, backup.get(), reach.get()));
      if (contains(way, backup.get(), route.end())) {
        passedOver.addAll(reasons);
        return new Outcome.Found(route);
      }
      if (between.isEmpty()) {
        between = Optional.of(route);
      }
    }
    return between.isPresent()
        ? new Outcome.Found(between.get())
        : missed(reasons, "no backup ended before it");
  }

  /**
   * The newest backup that is consistent before the target is passed. Its own clock does not tell
   * that alone: replay would stop inside it at a transaction that ended later by another clock, the
   * primary's if the backup is of a standby, or the same one before it was set back.
   */
  private Optional<Candidate> endedBefore(
      Way way, RecoveryTarget.Moment target, List<String> reasons) {
    for (Candidate backup : way.backups()) {
      Window window = backup.window();
      if (window.stopped().isAfter(target.instant())) {
        continue;
      }
      Optional<End> inside =
          wal.firstEndAfter(
              way.path(), window.start(), window.stop(), target.instant(), !target.inclusive());
      if (inside.isEmpty()) {
        return Optional.of(backup);
      }
      reasons.add(
          "while backup "
              + backup.id()
              + " ran, a transaction ended at "
              + inside.get().time()
              + " by its server's clock");
    }
    way.backups().stream()
        .reduce((newer, older) -> older)
        .filter(oldest -> oldest.window().stopped().isAfter(target.instant()))
        .ifPresent(oldest -> reasons.add(tooEarly(oldest)));
    return Optional.empty();
  }

  /**
   * Whether the archive goes past a moment after which no transaction in it ended: one ended just
   * then, or a backup did then or later.
   */
  private boolean isPast(Way way, RecoveryTarget.Moment target, Lsn from, Lsn reach) {
    return wal.firstEndAfter(way.path(), from, reach, target.instant(), true).isPresent()
        || way.backups().stream()
            .map(Candidate::window)
            .anyMatch(w -> !w.stopped().isBefore(target.instant()) && !w.stop().isAfter(reach));
  }

  /** Recovery told the time would not know that it has arrived, and fail. */
  private static Route throughTheLast(Route all) {
    return all.last()
        .map(last ->
            all.stoppingAt(new RecoveryTarget.Position(last.lsn(), true))
                .with("no transaction that ended after " + last.time() + " is archived"))
        .orElseGet(() ->
            all.stoppingAt(new RecoveryTarget.Immediate())
                .with("no transaction that ended after the backup is archived"));
  }

  private static String tooEarly(Candidate oldest) {
    return "no backup ended before it, the oldest one, "
        + oldest.id()
        + ", at "
        + oldest.window().stopped();
  }

  private String tooLate(Way way, Lsn from, Lsn reach) {
    String where = "on timeline " + way.path().timeline();
    Optional<End> last = wal.lastEnd(way.path(), from, reach);
    return last.isEmpty()
        ? "no transaction ended after the backup in the WAL archived " + where
        : "the last transaction in the WAL archived "
            + where
            + " ended at "
            + last.get().time()
            + ", and recovery to a time needs a later one to know that it is there";
  }

  /** Whether the timeline on which replay would stop was there before the target. */
  private boolean contains(Way way, Candidate backup, Lsn stop) {
    int timeline = way.path().timelineAt(stop);
    if (timeline == backup.window().stopTimeline()) {
      return true;
    }
    Lsn begin = new Lsn(0);
    for (TimelineHistory.Ancestor ancestor : way.path().ancestors()) {
      if (ancestor.timeline() == timeline) {
        break;
      }
      begin = ancestor.end();
    }
    return wal.lastEnd(way.path(), begin, stop).isPresent();
  }

  private Outcome position(
      List<Way> ways, RecoveryTarget.Position target, List<String> passedOver) {
    List<String> reasons = new ArrayList<>();
    Optional<Way> chosen = Optional.empty();
    Optional<Route> route = Optional.empty();
    for (Way way : ways) {
      Optional<Candidate> backup =
          way.backups().stream().filter(c -> !c.window().stop().isAfter(target.lsn())).findFirst();
      if (backup.isEmpty()) {
        way.backups().stream()
            .reduce((newer, older) -> older)
            .ifPresent(oldest ->
                reasons.add(
                    "no backup ended before it, the oldest one, "
                        + oldest.id()
                        + ", at "
                        + oldest.window().stop()));
        continue;
      }
      Optional<Lsn> reach = reach(way, backup.get(), reasons);
      if (reach.isEmpty()) {
        continue;
      }
      if (!hasRecordFrom(way, target.lsn(), reach.get())) {
        reasons.add(
            "WAL on timeline "
                + way.path().timeline()
                + " goes from backup "
                + backup.get().id()
                + " without a hole up to "
                + reach.get()
                + ", and no record starts at the target or later");
        continue;
      }
      if (route.isEmpty()) {
        passedOver.addAll(reasons);
        chosen = Optional.of(way);
        route = Optional.of(route(way, backup.get(), target.lsn()));
      } else if (chosen.get().path().timelineAt(target.lsn())
          != way.path().timelineAt(target.lsn())) {
        int other = way.path().timeline();
        route =
            route.map(
                r -> r.with("that LSN is also on timeline " + other + ": --timeline " + other));
      }
    }
    return route.isPresent()
        ? new Outcome.Found(route.get())
        : missed(reasons, "no backup ended before it");
  }

  private boolean hasRecordFrom(Way way, Lsn lsn, Lsn reach) {
    if (!lsn.isBefore(reach)) {
      return false;
    }
    boolean[] seen = new boolean[1];
    wal.scan(
        way.path(),
        lsn,
        reach,
        record -> {
          seen[0] = true;
          return false;
        });
    return seen[0];
  }

  private Outcome search(List<Way> ways, Search search, List<String> passedOver) {
    List<String> reasons = new ArrayList<>();
    for (Way way : ways) {
      List<WalRecord> found = new ArrayList<>();
      Optional<Lsn> scannedFrom = Optional.empty();
      for (Candidate backup : way.backups()) {
        Optional<Lsn> reach = reach(way, backup, reasons);
        if (reach.isEmpty()) {
          continue;
        }
        Lsn from = backup.window().stop();
        Lsn to = scannedFrom.filter(s -> s.isBefore(reach.get())).orElse(reach.get());
        collect(way, from, to, search, found);
        scannedFrom = Optional.of(from);
        if (!found.isEmpty()) {
          collect(way, backup.window().start(), from, search, found);
          passedOver.addAll(reasons);
          return found.size() == 1
              ? new Outcome.Found(
                  elsewhere(
                      search.ending(route(way, backup, from), found.getFirst()), way, ways, search))
              : new Outcome.Missed(search.ambiguous(found));
        }
      }
    }
    return missed(reasons, search + " is nowhere in the archived WAL that follows a backup");
  }

  /** Numbers and names begin anew where a recovery discarded what came after its target. */
  private Route elsewhere(Route route, Way chosen, List<Way> ways, Search search) {
    Route noted = route;
    for (Way other : ways) {
      Optional<Lsn> end = wal.end(other.path());
      if (other.backups().isEmpty() || end.isEmpty()) {
        continue;
      }
      int timeline = other.path().timeline();
      List<WalRecord> found = new ArrayList<>();
      parting(chosen.path(), other.path())
          .ifPresent(from -> collect(other, from, end.get(), search, found));
      for (WalRecord record : found) {
        if (other.path().timelineAt(record.start()) == timeline) {
          noted = noted.with(search.elsewhere(record, timeline));
        }
      }
    }
    return noted;
  }

  /** The first position that two paths have on different timelines. */
  private static Optional<Lsn> parting(TimelineHistory one, TimelineHistory other) {
    return Stream.concat(one.ancestors().stream(), other.ancestors().stream())
        .map(TimelineHistory.Ancestor::end)
        .filter(at -> one.timelineAt(at) != other.timelineAt(at))
        .min(Comparator.naturalOrder());
  }

  private void collect(Way way, Lsn from, Lsn to, Search search, List<WalRecord> found) {
    wal.scan(
        way.path(),
        from,
        to,
        record -> {
          if (search.matches(record)) {
            found.add(record);
          }
          return true;
        });
  }

  private Route route(Way way, Candidate backup, Lsn end) {
    return new Route(
        backup,
        way.path(),
        way.historyKnown(),
        end,
        wal.lastEnd(way.path(), backup.window().stop(), end),
        Optional.empty(),
        List.of());
  }
}
