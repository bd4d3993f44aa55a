package io.holdfast.api.answer;

import io.holdfast.operations.view.ClusterView;
import io.holdfast.operations.view.SiteView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How everything stands: what {@code holdfast status --json} prints, some clusters at a time.
 *
 * @param repository where it is
 * @param sites each of several; empty where there is but one
 * @param next to be said as 'cursor' for those behind; null if there are none
 */
record StatusAnswer(
    String repository,
    boolean encrypted,
    List<ClusterView> clusters,
    List<SiteView> sites,
    @Nullable String next) {}
