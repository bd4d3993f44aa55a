package io.holdfast.notifications;

import java.time.Duration;

/**
 * When something is said, so that nobody stops reading.
 *
 * @param reminder how long after the last word on an incident that is open there is another one;
 *     zero for never
 * @param settle how long a problem has to stay away until it is called mended: coming back within
 *     that time, it never was, and nothing is said
 * @param longestSettle each time a mended problem comes back within {@link #MEMORY}, the time to
 *     stay away doubles, up to this: something that flaps is told a few times, and is then one long
 *     incident
 */
public record Rhythm(Duration reminder, Duration settle, Duration longestSettle) {
  /** For so long it is remembered that a problem was mended. */
  public static final Duration MEMORY = Duration.ofHours(24);

  public static final Rhythm USUAL =
      new Rhythm(Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofHours(6));

  public Rhythm remindingAfter(Duration span) {
    return new Rhythm(span, settle, longestSettle);
  }
}
