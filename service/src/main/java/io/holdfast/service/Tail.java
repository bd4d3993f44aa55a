package io.holdfast.service;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of what was said, at most {@link #MOST} characters of them. Thread-safe. */
public final class Tail {
  public static final int MOST = 16 << 10;
  private static final int LONGEST_LINE = 4 << 10;

  private final Deque<String> lines = new ArrayDeque<>();
  private int length;

  public synchronized void add(String line) {
    String kept = line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + " …";
    lines.addLast(kept);
    length += kept.length() + 1;
    while (length > MOST) {
      length -= lines.removeFirst().length() + 1;
    }
  }

  public synchronized String text() {
    return String.join("\n", lines);
  }
}
