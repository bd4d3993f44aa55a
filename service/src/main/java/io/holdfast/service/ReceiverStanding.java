package io.holdfast.service;

import io.holdfast.operations.wal.ReceiverState;
import java.util.Optional;

/**
 * How receiving WAL of a cluster stands.
 *
 * @param phase for people: "streaming" and what else a receiver says, "on another node", "waiting"
 * @param state of the receiver of this process, if it has one
 * @param trouble what keeps it from receiving
 */
public record ReceiverStanding(
    String phase, Optional<ReceiverState> state, Optional<String> trouble) {}
