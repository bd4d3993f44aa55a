package io.holdfast.testkit.storage;

/** Ends this process as kill -9 would: no finally, no shutdown hook, no flush. */
public final class CrashPoint {
  /** What a shell says of a process that was killed by signal 9. */
  public static final int EXIT_STATUS = 137;

  private CrashPoint() {}

  /** Dies just before the n-th change, counted from 1. For a child JVM. */
  public static MutationHook at(int nth) {
    return (number, call, what) -> {
      if (number == nth) {
        Runtime.getRuntime().halt(EXIT_STATUS);
      }
    };
  }
}
