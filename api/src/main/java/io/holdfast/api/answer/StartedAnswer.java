package io.holdfast.api.answer;

import org.jspecify.annotations.Nullable;

/**
 * A run that will begin as soon as there is room for it.
 *
 * @param cluster null where it concerns the whole repository
 * @param run the id that it will have
 */
record StartedAnswer(String schedule, @Nullable String cluster, String run) {}
