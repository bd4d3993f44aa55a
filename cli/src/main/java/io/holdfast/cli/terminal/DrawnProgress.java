package io.holdfast.cli.terminal;

import io.holdfast.vocabulary.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** For a terminal: one line that is drawn over, at most ten times a second. */
final class DrawnProgress implements Progress {
  private static final Duration BETWEEN_DRAWS = Duration.ofMillis(100);
  private static final int WIDTH = 79;
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream err;
  private final InstantSource clock;
  private final boolean colour;
  private @Nullable Pace current;
  private Instant next = Instant.MIN;

  DrawnProgress(PrintStream err, InstantSource clock, boolean colour) {
    this.err = err;
    this.clock = clock;
    this.colour = colour;
  }

  @Override
  public synchronized void begin(String task, long totalBytes) {
    end();
    current = new Pace(task, totalBytes, clock.instant());
    draw(clock.instant());
  }

  @Override
  public synchronized void advance(long bytes) {
    if (current == null) {
      return;
    }
    current.advance(bytes);
    Instant now = clock.instant();
    if (now.isAfter(next)) {
      draw(now);
    }
  }

  @Override
  public synchronized void end() {
    if (current != null) {
      err.print(ERASE);
      err.println(Page.harmless(current.summarise(clock.instant())));
      err.flush();
      current = null;
    }
  }

  @Override
  public synchronized void note(String line) {
    above(Page.harmless(line));
  }

  @Override
  public synchronized void warn(String line) {
    String mark = colour ? "\u001b[33mwarning:\u001b[0m " : "warning: ";
    above(mark + Page.harmless(line));
  }

  private void above(String line) {
    if (current != null) {
      err.print(ERASE);
    }
    err.println(line);
    draw(clock.instant());
  }

  private void draw(Instant now) {
    if (current != null) {
      next = now.plus(BETWEEN_DRAWS);
      String line = Page.harmless(current.describe(now));
      err.print(ERASE + (line.length() > WIDTH ? line.substring(0, WIDTH) : line));
      err.flush();
    }
  }
}
