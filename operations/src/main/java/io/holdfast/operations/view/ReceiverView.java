package io.holdfast.operations.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How receiving WAL of a cluster stands in the process that answers. Positions are null while it
 * has no receiver of it.
 *
 * @param phase for people: "streaming", "on another node", and what else there is
 * @param received end of what came
 * @param durable end of what is in the repository
 * @param lagBytes that the server has and the repository lacks
 * @param safeUntil everything committed before it is in the repository
 * @param trouble what keeps it from receiving
 */
public record ReceiverView(
    String cluster,
    String phase,
    @Nullable Integer timeline,
    @Nullable String received,
    @Nullable String durable,
    @Nullable Long lagBytes,
    @Nullable Instant safeUntil,
    @Nullable String trouble) {}
