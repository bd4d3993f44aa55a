package io.holdfast.postgres.dump;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program writes to its standard error: the first lines, where the trouble began, and the
 * last ones. Read on a thread of its own, so that the program never waits for us there.
 */
final class Sayings {
  private static final int FIRST = 40;
  private static final int LAST = 160;
  private static final int LONGEST = 2000;

  private final List<String> first = new ArrayList<>();
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final Thread thread;

  private Sayings(InputStream from, String name) {
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> readAll(from));
  }

  static Sayings of(InputStream from, String name) {
    Sayings sayings = new Sayings(from, name);
    sayings.thread.start();
    return sayings;
  }

  private void readAll(InputStream from) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
      }
    } catch (IOException e) {
      take("(the rest of its messages could not be read: " + e.getMessage() + ")");
    }
  }

  private synchronized void take(String line) {
    if (first.size() < FIRST) {
      first.add(line);
      return;
    }
    if (last.size() == LAST) {
      last.removeFirst();
    }
    last.add(line);
  }

  /** Waits for the end of what it says. A grandchild may hold the pipe open, so not for ever. */
  void awaitEnd() throws InterruptedException {
    thread.join(2000);
  }

  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>(first);
    lines.addAll(last);
    return lines;
  }
}
