package io.holdfast.operations.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.operations.runs.Run;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a schedule.
 *
 * @param cluster left out for one that concerns the whole repository
 * @param attempt 1 for the first; 0 for one started by hand
 * @param passedOver earlier moments that went by without a run
 * @param outcome done, no, failed, refused, missed or interrupted
 * @param status exit status of the command; -1 if there was none
 * @param said the end of what it said
 */
public record RunView(
    int version,
    String schedule,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String cluster,
    String id,
    Instant due,
    Instant began,
    Instant ended,
    int attempt,
    int passedOver,
    String outcome,
    int status,
    String command,
    String host,
    String program,
    String said) {
  private static final int VERSION = 1;

  public static RunView of(Run run) {
    return new RunView(
        VERSION,
        run.job().schedule(),
        run.job().cluster().orElse(null),
        run.id(),
        run.due(),
        run.began(),
        run.ended(),
        run.attempt(),
        run.passedOver(),
        run.outcome().word(),
        run.status(),
        run.command(),
        run.host(),
        run.program(),
        run.said());
  }
}
