package io.holdfast.notifications;

import io.holdfast.vocabulary.HoldfastException;
import java.util.Optional;

/**
 * Something that is wrong, as whoever notices it describes it. The same cluster and key are the
 * same problem, however its words change.
 *
 * @param cluster empty for what concerns none, or all
 * @param key what is wrong, stable: {@code backup.physical.late}; together with the cluster it is
 *     the identity
 * @param title one line
 * @param text what was expected and what was found; may be empty
 * @param hint the next step; may be empty
 * @param run id of the run that noticed it; may be empty
 * @param logTail the last lines of its log; may be empty. No secrets in any of these.
 */
public record Problem(
    String cluster,
    String key,
    Severity severity,
    String title,
    String text,
    String hint,
    String run,
    String logTail) {
  /** Nothing a person reads is longer, and what is waiting to be sent has to fit into memory. */
  private static final int LONGEST_TAIL = 16_000;

  private static final int LONGEST_TEXT = 4_000;
  private static final int LONGEST_LINE = 500;

  public Problem {
    if (key.isBlank()) {
      throw new IllegalArgumentException("a problem needs a key");
    }
    title = Cut.line(title, LONGEST_LINE);
    text = Cut.end(Cut.harmless(text), LONGEST_TEXT);
    hint = Cut.end(Cut.harmless(hint), LONGEST_TEXT);
    logTail = Cut.start(Cut.harmless(logTail), LONGEST_TAIL);
  }

  public static Problem of(String cluster, String key, Severity severity, String title) {
    return new Problem(cluster, key, severity, title, "", "", "", "");
  }

  /** A failure as it is shown to people. */
  public static Problem of(
      String cluster, String key, Severity severity, String title, HoldfastException failure) {
    String text = Optional.ofNullable(failure.getMessage()).orElse("");
    return new Problem(cluster, key, severity, title, text, failure.hint().orElse(""), "", "");
  }

  public Problem ofRun(String id, String tail) {
    return new Problem(cluster, key, severity, title, text, hint, id, tail);
  }
}
