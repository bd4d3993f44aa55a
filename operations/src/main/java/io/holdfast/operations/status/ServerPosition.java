package io.holdfast.operations.status;

import io.holdfast.postgres.ReplicationSession.Identity;
import java.time.Instant;

/**
 * Where a server was.
 *
 * @param asked by our clock, before it was asked: everything committed by then lies before it
 */
public record ServerPosition(Identity identity, Instant asked) {
  /** Whether a window holds all that the server had then. */
  public boolean within(RecoverableWindow window) {
    return sameHistory(window) && !identity.flushed().isAfter(window.toLsn());
  }

  /** Whether they can be compared: positions of other timelines say nothing. */
  public boolean sameHistory(RecoverableWindow window) {
    return identity.systemIdentifier() == window.systemIdentifier()
        && identity.timeline() == window.timeline();
  }

  /** Bytes that it had and a window of the same history has not. */
  public long beyond(RecoverableWindow window) {
    return Math.max(0, identity.flushed().minus(window.toLsn()));
  }
}
