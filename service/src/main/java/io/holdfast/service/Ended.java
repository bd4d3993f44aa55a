package io.holdfast.service;

import io.holdfast.scheduling.Turn;
import java.time.Instant;

/**
 * How a started command ended.
 *
 * @param status exit status; -1 if it could not be started
 * @param said the end of what it said
 * @param timedOut it was ended because it took too long
 */
public record Ended(
    Job job,
    Turn.Now turn,
    String id,
    int status,
    String said,
    Instant began,
    Instant ended,
    boolean timedOut) {}
