package io.holdfast.operations.restore;

import java.util.Locale;

/** What the restored server does when it has reached the target. */
public enum TargetAction {
  /** Becomes a server of its own, on a new timeline. */
  PROMOTE,
  /** Stays readable at the target; {@code pg_wal_replay_resume()} goes on. */
  PAUSE,
  /** Stops. */
  SHUTDOWN;

  /** As recovery_target_action spells it. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT);
  }
}
