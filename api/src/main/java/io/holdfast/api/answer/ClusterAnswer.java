package io.holdfast.api.answer;

import io.holdfast.operations.view.ClusterView;
import io.holdfast.operations.view.ReceiverView;
import io.holdfast.operations.view.SiteView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one cluster stands.
 *
 * @param receiver of the process that answers; null if it has none
 * @param safeUntil every transaction committed before it can be restored; null if no receiver of
 *     this process knows, or no backup leads up to the WAL that it stores
 * @param dataLossBoundSeconds how much would be lost at most if the server were gone now; null
 *     likewise
 * @param sites each of several; empty where there is but one
 */
record ClusterAnswer(
    ClusterView status,
    @Nullable ReceiverView receiver,
    @Nullable Instant safeUntil,
    @Nullable Long dataLossBoundSeconds,
    List<SiteView> sites) {}
