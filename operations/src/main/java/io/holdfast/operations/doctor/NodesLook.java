package io.holdfast.operations.doctor;

/**
 * What was seen of the database that nodes share.
 *
 * @param place where it is, for people
 * @param found in words; "" where all is well
 */
public record NodesLook(String place, State state, String found) {
  /** What came of the look. */
  public enum State {
    USABLE,
    /** It lies in a server that is backed up here: a service refuses to start. */
    BACKED_UP,
    UNREACHABLE,
    /** It answers, and nodes could not work with it. */
    UNFIT
  }
}
