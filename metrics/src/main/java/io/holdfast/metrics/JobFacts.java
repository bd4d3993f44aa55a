package io.holdfast.metrics;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.repository.LeaseHolder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the records say of a job.
 *
 * @param history what became of it
 * @param start when it is to begin next; in the past if it should have begun
 * @param paused whether somebody holds it back
 * @param runner who runs it now
 * @param flawed records of it that do not count, or cannot be read
 */
record JobFacts(
    JobName job,
    History history,
    Instant start,
    boolean paused,
    Optional<LeaseHolder> runner,
    int flawed) {
  /**
   * @param takenUp whether any service has ever seen it
   * @param since from when on it counts; empty if that was so long ago that nobody has noted it
   * @param runs that are recorded
   * @param last the one that ended last, however it was started
   * @param lastSuccess when the last one ended that was done
   * @param failing whether the last moment at which it was due went wrong for good
   * @param failures of late
   */
  record History(
      boolean takenUp,
      Optional<Instant> since,
      int runs,
      Optional<Last> last,
      Optional<Instant> lastSuccess,
      boolean failing,
      long failures) {}

  /**
   * @param details empty if its record is damaged
   */
  record Last(Outcome outcome, Instant ended, Optional<Details> details) {}

  /**
   * @param status exit status of the command; -1 if there was none
   */
  record Details(Duration took, int status) {
    static Details of(Run run) {
      return new Details(run.took(), run.status());
    }
  }

  /** How long it should have been running or done by then. */
  Duration overdue(Instant now) {
    return paused || runner.isPresent() || !now.isAfter(start)
        ? Duration.ZERO
        : Duration.between(start, now);
  }
}
