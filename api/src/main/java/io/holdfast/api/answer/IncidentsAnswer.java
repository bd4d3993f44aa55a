package io.holdfast.api.answer;

import io.holdfast.operations.view.IncidentView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong now, cluster by cluster.
 *
 * @param unreadable clusters of which nobody knows
 */
record IncidentsAnswer(
    List<IncidentView> incidents, List<String> unreadable, @Nullable String next) {}
