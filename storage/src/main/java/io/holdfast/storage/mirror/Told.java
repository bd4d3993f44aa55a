package io.holdfast.storage.mirror;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Warnings about single objects: each once, and not more than anybody reads. Thread-safe. */
final class Told {
  private static final int MOST = 50;

  private final Consumer<String> warnings;
  private final Set<String> lines = new HashSet<>();

  Told(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  void once(String line) {
    synchronized (lines) {
      if (lines.size() >= MOST || !lines.add(line)) {
        return;
      }
      if (lines.size() == MOST) {
        warnings.accept(line + " (further objects that are read elsewhere are not told)");
        return;
      }
    }
    warnings.accept(line);
  }
}
