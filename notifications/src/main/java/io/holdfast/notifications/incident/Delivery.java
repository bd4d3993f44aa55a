package io.holdfast.notifications.incident;

import io.holdfast.notifications.Message.Kind;
import java.time.Instant;

/**
 * What one channel is to be told, or was told last, of an incident.
 *
 * @param at when it was decided
 * @param owner the process that sends it
 * @param claimed when its owner last said that it is at it
 */
public record Delivery(Kind kind, Instant at, State state, String owner, Instant claimed) {
  /** What has become of it. */
  public enum State {
    PENDING,
    DONE,
    /** Given up. */
    LOST
  }

  Delivery as(State other) {
    return new Delivery(kind, at, other, owner, claimed);
  }

  Delivery claimedBy(String process, Instant now) {
    return new Delivery(kind, at, state, process, now);
  }

  boolean isPending() {
    return state == State.PENDING;
  }
}
