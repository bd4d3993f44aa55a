package io.holdfast.repository;

/**
 * A lock with a holder and an expiry, kept in the repository and renewed in the background until
 * closed. Thread-safe.
 */
public interface Lease extends AutoCloseable {
  /**
   * Checks against the store, now, that this lease is still ours and not expired.
   *
   * @throws LeaseHeldException if it is not: the holder slept past its expiry and must not commit
   */
  void ensureHeld();

  /**
   * Stops renewing it and leaves it to its expiry: for a holder who cannot know whether the last it
   * did is done, and must not let anybody conclude that it is not.
   */
  void leave();

  /** Gives it back; if the site cannot be reached, it ends by its expiry. */
  @Override
  void close();
}
