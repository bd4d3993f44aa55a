package io.holdfast.notifications.http;

import io.holdfast.notifications.Cut;

/**
 * What the other side said to a request that it accepted.
 *
 * @param text the beginning of the body, secrets blacked out
 */
public record Answer(int status, String text) {
  private static final int SHOWN = 200;

  /** For people. */
  public String line() {
    String shown = Cut.line(text, SHOWN);
    return "HTTP " + status + (shown.isEmpty() ? "" : ": " + shown);
  }
}
