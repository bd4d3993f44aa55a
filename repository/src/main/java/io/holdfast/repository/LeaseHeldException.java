package io.holdfast.repository;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** Another holder has the lease. */
public final class LeaseHeldException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final String purpose;

  public LeaseHeldException(String lease, LeaseHolder holder) {
    super(
        ExitStatus.LEASE_HELD,
        "could not take the lease "
            + lease
            + ": held by process "
            + holder.pid()
            + " on "
            + holder.host()
            + " ("
            + holder.purpose()
            + ") until "
            + holder.expires(),
        "Wait for it to end. A holder that died without giving it back loses it at that time, or at"
            + " once when it ran on this host.");
    this.purpose = holder.purpose();
  }

  /** What the other one holds it for, as it said when it took it. */
  public String purpose() {
    return purpose;
  }
}
