package io.holdfast.testkit.storage;

/** What goes wrong with one call. */
public enum Fault {
  /** Throws, and nothing happened. */
  ERROR_BEFORE,
  /** Throws, but it happened: the answer got lost. */
  ERROR_AFTER,
  /** Throws as a socket time-out does, and nothing happened. */
  TIME_OUT,
  /**
   * Silent: the tail of what is read or written is lost. A range read has zeros there, everything
   * else ends early. Throws on calls that carry no bytes.
   */
  TORN,
  /** Silent: one bit of what is read or written is another one. Throws where there are no bytes. */
  FLIPPED_BIT,
  /** Silent: a listing as it was before the last create, commit or delete. Throws elsewhere. */
  STALE_LIST,
  /** As if the process had been killed before the call: this one and all later ones do nothing. */
  DEATH_BEFORE,
  /** As if the process had been killed after the call: it happened, but nobody was told. */
  DEATH_AFTER
}
