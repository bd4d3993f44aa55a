package io.holdfast.operations.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it concerns one cluster.
 *
 * @param cluster null for one that concerns the whole repository
 * @param run the command
 * @param when as the configuration has it
 * @param state "paused", "due now", "missed", "to be tried again", or nothing of these
 * @param lastOutcome null if it has not run yet
 * @param lastEnded likewise
 * @param bad whether somebody should look at the last run
 * @param next the next moments
 * @param flaws records of it that do not count or cannot be read, and why
 * @param underWay id of the run that the process that answers has under way; left out if it has
 *     none
 */
public record ScheduleView(
    String schedule,
    @Nullable String cluster,
    String run,
    String when,
    String state,
    @Nullable String lastOutcome,
    @Nullable Instant lastEnded,
    boolean bad,
    List<Instant> next,
    List<String> flaws,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String underWay) {}
