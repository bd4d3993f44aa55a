package io.holdfast.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When something is to run, and what if it does not. Whatever was missed is made up for by one run,
 * not by many. Immutable.
 *
 * @param name decides about the share of the jitter
 * @param jitter by less than which a run may begin later than the schedule says
 * @param catchUp how late it may begin; empty: as late as may be, until the next one is due
 * @param retries after a failure
 * @param retryAfter a failure
 * @param blackouts in which none begins
 */
public record Plan(
    String name,
    Schedule schedule,
    Duration jitter,
    Optional<Duration> catchUp,
    int retries,
    Duration retryAfter,
    List<Blackout> blackouts) {
  public Plan {
    blackouts = List.copyOf(blackouts);
  }

  public Turn at(Past past, Instant now) {
    Instant since = past.counted();
    Duration shift = shift();
    Optional<Instant> last = schedule.last(since, now.minus(shift));
    Optional<Past.Trying> trying =
        past.trying().filter(each -> last.equals(Optional.of(each.due())));
    if (last.isPresent() && trying.filter(each -> each.attempts() > retries).isPresent()) {
      return waiting(last.get());
    }
    if (last.isEmpty()) {
      return waiting(since.isAfter(now.minus(shift)) ? since : now.minus(shift));
    }
    return begun(last.get(), since, trying, now);
  }

  private Turn begun(Instant due, Instant since, Optional<Past.Trying> trying, Instant now) {
    Instant earliest = due.plus(shift());
    Instant wanted =
        trying
            .map(each -> each.ended().plus(retryAfter))
            .filter(each -> each.isAfter(earliest))
            .orElse(earliest);
    Instant start = Blackout.outside(blackouts, wanted);
    Optional<Instant> tooLate = catchUp.map(limit -> earliest.plus(limit).plusSeconds(1));
    if (tooLate.filter(limit -> !now.isBefore(limit)).isPresent()) {
      return trying.isPresent() ? waiting(due) : new Turn.Missed(due);
    }
    if (now.isBefore(start)) {
      return new Turn.Waiting(due, tooLate.filter(start::isAfter).orElse(start));
    }
    // It may have become due long ago, and another blackout have begun since.
    Instant open = Blackout.outside(blackouts, now);
    if (open.isAfter(now)) {
      return new Turn.Waiting(due, tooLate.filter(open::isAfter).orElse(open));
    }
    return new Turn.Now(
        due,
        trying.map(Past.Trying::attempts).orElse(0) + 1,
        trying.isEmpty() ? over(since, due) : 0);
  }

  private Turn waiting(Instant after) {
    Instant next = schedule.after(after);
    return new Turn.Waiting(next, start(next));
  }

  /** When the run of a moment that the schedule names is to begin, if nothing is in its way. */
  public Instant start(Instant due) {
    return Blackout.outside(blackouts, due.plus(shift()));
  }

  private int over(Instant since, Instant due) {
    int count = 0;
    for (Instant at = schedule.after(since);
        at.isBefore(due) && count < Turn.Now.MOST;
        at = schedule.after(at)) {
      count++;
    }
    return count;
  }

  private Duration shift() {
    return Jitter.of(name, jitter);
  }

  /** When the next ones begin, if all goes well; for people. */
  public List<Instant> preview(Instant now, int count) {
    return schedule.after(now.minus(shift()), count).stream().map(this::start).toList();
  }
}
