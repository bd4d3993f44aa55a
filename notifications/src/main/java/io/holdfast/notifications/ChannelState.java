package io.holdfast.notifications;

import java.time.Instant;
import java.util.Optional;

/**
 * How it stands with one channel.
 *
 * @param waiting messages that have not arrived yet
 * @param failingSince since when nothing arrives; empty if all is well, or nothing was tried
 * @param trouble what its receiver, or the network, said last; empty if all is well
 * @param lost messages that were given up, since this process began
 * @param delivered messages that arrived, since this process began
 */
public record ChannelState(
    String channel,
    String kind,
    int waiting,
    Optional<Instant> failingSince,
    String trouble,
    long lost,
    long delivered) {}
