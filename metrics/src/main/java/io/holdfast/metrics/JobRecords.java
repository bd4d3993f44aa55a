package io.holdfast.metrics;

import io.holdfast.metrics.JobFacts.Details;
import io.holdfast.metrics.JobFacts.History;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The records of one job, as names tell of them.
 *
 * @param entries those due first come first
 * @param turn what they mean at that moment
 */
record JobRecords(List<RunEntry> entries, Turn turn, Instant now) {
  /** Failures are counted for so long. */
  static final Duration OF_LATE = Duration.ofDays(1);

  private static final Comparator<RunEntry> BY_END = Comparator.comparing(RunEntry::ended);

  /** What is of the future says nothing of how it went until now. */
  JobRecords {
    entries = new Records(entries, now).past();
  }

  Optional<RunEntry> last() {
    return new Records(entries, now).last();
  }

  private static boolean isRun(RunEntry entry) {
    return entry.outcome() != Outcome.SEEN;
  }

  History history(Optional<Details> ofLast) {
    return new History(
        !entries.isEmpty(),
        entries.stream()
            .filter(entry -> entry.outcome() == Outcome.SEEN)
            .map(RunEntry::due)
            .max(Comparator.naturalOrder()),
        (int) entries.stream().filter(JobRecords::isRun).count(),
        last().map(entry -> new JobFacts.Last(entry.outcome(), entry.ended(), ofLast)),
        entries.stream()
            .filter(entry -> entry.outcome() == Outcome.DONE)
            .map(RunEntry::ended)
            .max(Comparator.naturalOrder()),
        failing(),
        entries.stream()
            .filter(entry -> entry.outcome().bad() && entry.ended().isAfter(now.minus(OF_LATE)))
            .count());
  }

  /** What is tried again has not gone wrong yet; what failed before it has. */
  private boolean failing() {
    return entries.stream()
        .filter(JobRecords::counts)
        .filter(entry -> !(entry.outcome() == Outcome.FAILED && entry.due().equals(open())))
        .max(BY_END)
        .filter(entry -> entry.outcome().bad())
        .isPresent();
  }

  /** A failure by hand is the affair of whoever did it; a success counts for all. */
  private static boolean counts(RunEntry entry) {
    return switch (entry.outcome()) {
      case SEEN, INTERRUPTED -> false;
      case DONE -> true;
      case NO, FAILED, REFUSED, MISSED -> !entry.byHand();
    };
  }

  /** The moment that still wants a run, or the next one. */
  private Instant open() {
    return turn.due();
  }

  /** When it is to begin next, or should have. */
  Instant start(Plan plan) {
    return switch (turn) {
      case Turn.Waiting waiting -> waiting.from();
      case Turn.Missed missed -> plan.start(missed.due());
      case Turn.Now due -> latest(plan.start(due.due()), again(plan, due));
    };
  }

  private Optional<Instant> again(Plan plan, Turn.Now due) {
    return entries.stream()
        .filter(entry -> entry.due().equals(due.due()) && entry.outcome() == Outcome.FAILED)
        .max(BY_END)
        .map(entry -> entry.ended().plus(plan.retryAfter()));
  }

  private static Instant latest(Instant one, Optional<Instant> other) {
    return other.filter(at -> at.isAfter(one)).orElse(one);
  }
}
