package io.holdfast.notifications.incident;

import io.holdfast.notifications.Message;

/** A message that is to go to a channel. */
public record Dispatch(String channel, Message message) {}
