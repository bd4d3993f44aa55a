package io.holdfast.notifications;

import java.time.Instant;

/**
 * What is told to people: a problem, and what has become of it.
 *
 * @param origin where it comes from, for people: a host
 * @param scope keeps incidents of different repositories apart
 * @param since when the problem began
 * @param at when this was decided to be sent
 * @param returns how often it went away and came back meanwhile
 */
public record Message(
    Kind kind,
    Problem problem,
    String origin,
    String scope,
    Instant since,
    Instant at,
    int returns) {
  /** What has become of it. */
  public enum Kind {
    /** It is new. */
    OPENED,
    /** It has been told, and is worse now. */
    WORSE,
    /** Nobody has mended it yet. */
    STILL_OPEN,
    RECOVERED,
    /** Nothing is wrong: somebody tries the way. */
    TEST
  }

  /**
   * The same for all messages of an incident, and for nothing else; for receivers that join them.
   * At most 255 characters.
   */
  public String dedupKey() {
    String whole = "holdfast/" + scope + "/" + problem.cluster() + "/" + problem.key();
    if (whole.length() <= 255) {
      return whole;
    }
    return whole.substring(0, 200) + "#" + Fingerprint.of(whole);
  }

  /** A test that cannot be taken for anything else. */
  public static Message test(String origin, String scope, String channel, Instant now) {
    Problem nothing =
        new Problem(
            "",
            "test." + channel,
            Severity.INFO,
            "This is a test of notifications",
            "Nothing is wrong. Somebody ran 'holdfast notify test' to see whether the channel "
                + channel
                + " reaches you.",
            "You need not do anything.",
            "",
            "");
    return new Message(Kind.TEST, nothing, origin, scope, now, now, 0);
  }
}
