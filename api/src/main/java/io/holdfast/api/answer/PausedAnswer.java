package io.holdfast.api.answer;

import org.jspecify.annotations.Nullable;

/**
 * What became of a schedule.
 *
 * @param cluster null where all of them are meant
 */
record PausedAnswer(String schedule, @Nullable String cluster, boolean paused) {}
