package io.holdfast.api;

/** What a token allows; the later has the earlier. */
public enum Right {
  /** To see everything. */
  READ,
  /** To run, pause and resume schedules too. */
  OPERATE;

  public boolean covers(Right needed) {
    return compareTo(needed) >= 0;
  }
}
