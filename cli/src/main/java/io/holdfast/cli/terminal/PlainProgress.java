package io.holdfast.cli.terminal;

import io.holdfast.vocabulary.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** For logs: a line when a task ends, and one now and then while a long one runs. */
final class PlainProgress implements Progress {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);

  private final PrintStream err;
  private final InstantSource clock;
  private @Nullable Pace current;
  private Instant next = Instant.MIN;

  PlainProgress(PrintStream err, InstantSource clock) {
    this.err = err;
    this.clock = clock;
  }

  @Override
  public synchronized void begin(String task, long totalBytes) {
    end();
    Instant now = clock.instant();
    current = new Pace(task, totalBytes, now);
    next = now.plus(BETWEEN_LINES);
  }

  @Override
  public synchronized void advance(long bytes) {
    if (current == null) {
      return;
    }
    current.advance(bytes);
    Instant now = clock.instant();
    if (now.isAfter(next)) {
      next = now.plus(BETWEEN_LINES);
      err.println(Page.harmless(current.describe(now)));
    }
  }

  @Override
  public synchronized void end() {
    if (current != null) {
      err.println(Page.harmless(current.summarise(clock.instant())));
      current = null;
    }
  }

  @Override
  public synchronized void note(String line) {
    err.println(Page.harmless(line));
  }

  @Override
  public synchronized void warn(String line) {
    err.println("warning: " + Page.harmless(line));
  }
}
