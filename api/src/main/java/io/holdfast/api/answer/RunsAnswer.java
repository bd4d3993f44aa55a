package io.holdfast.api.answer;

import io.holdfast.operations.runs.RunEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs of a schedule, those that ended last first. */
record RunsAnswer(List<Line> runs, @Nullable String next) {
  /**
   * One of them.
   *
   * @param due to the second
   * @param ended likewise
   * @param attempt 1 for the first; 0 for one started by hand
   * @param outcome done, no, failed, refused, missed or interrupted
   */
  record Line(
      String schedule,
      @Nullable String cluster,
      String id,
      Instant due,
      Instant ended,
      int attempt,
      String outcome) {
    static Line of(RunEntry entry) {
      return new Line(
          entry.job().schedule(),
          entry.job().cluster().orElse(null),
          entry.id(),
          entry.due(),
          entry.ended(),
          entry.attempt(),
          entry.outcome().word());
    }
  }
}
