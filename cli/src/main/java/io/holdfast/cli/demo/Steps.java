package io.holdfast.cli.demo;

import io.holdfast.cli.terminal.Console;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/** One line for each step: what it did and how long it took. */
final class Steps {
  private final Console console;

  Steps(Console console) {
    this.console = console;
  }

  /** Does the work, then says what came of it. */
  <T> Timed<T> step(Supplier<T> work, Function<T, String> told) {
    long began = System.nanoTime();
    T result = work.get();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    console.note(String.format(Locale.ROOT, "%7.2f s  %s", seconds(took), told.apply(result)));
    return new Timed<>(result, took);
  }

  void step(Runnable work, String told) {
    step(
        () -> {
          work.run();
          return told;
        },
        text -> text);
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** A result and what it took. */
  record Timed<T>(T result, Duration took) {}
}
