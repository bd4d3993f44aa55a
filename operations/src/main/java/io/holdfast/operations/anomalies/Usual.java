package io.holdfast.operations.anomalies;

import java.util.List;

/**
 * What a figure usually is, from the last ones before it.
 *
 * <p>The rule, and why: a backup that takes part in a pattern (small on weekends, large on Mondays)
 * or in growth lies within, or near, what was there before; so a figure counts as unusual only far
 * below the least or far above the most, and not far from an average. Fewer than four say nothing:
 * a new database is filled, and then doubles in a day. Of fourteen or more, which hold any weekly
 * pattern twice, the least and the most are left out, so that one outlier does not hide the next.
 *
 * @param count of how many it was seen
 */
record Usual(long least, long most, int count) {
  static final int HISTORY = 14;
  private static final int LEAST_HISTORY = 4;

  /**
   * @param before the last ones, at most {@link #HISTORY}
   */
  static Usual of(List<Long> before) {
    List<Long> sorted = before.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return new Usual(0, 0, 0);
    }
    int left = sorted.size() >= HISTORY ? 1 : 0;
    return new Usual(sorted.get(left), sorted.get(sorted.size() - 1 - left), sorted.size());
  }

  private boolean isKnown() {
    return count >= LEAST_HISTORY;
  }

  /** Whether a figure is less than half of the least, by at least so much. */
  boolean fellFar(long figure, long atLeast) {
    return isKnown() && figure < least / 2 && least - figure >= atLeast;
  }

  /** Whether it is more than that many times the most, by at least so much. */
  boolean roseFar(long figure, long times, long atLeast) {
    return isKnown() && figure / times > most && figure - most >= atLeast;
  }
}
