package io.holdfast.operations.wal;

import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that fails and is tried again: said at once, repeated now and then, and when over. */
final class Trouble {
  private static final Duration REPEAT = Duration.ofMinutes(1);

  private final String what;
  private final Progress progress;
  private final InstantSource clock;
  private volatile @Nullable String text;
  private @Nullable Instant since;
  private @Nullable Instant said;

  Trouble(String what, Progress progress, InstantSource clock) {
    this.what = what;
    this.progress = progress;
    this.clock = clock;
  }

  Optional<String> text() {
    return Optional.ofNullable(text);
  }

  /** How long it has been going on; zero if it is not. */
  synchronized Duration lasting() {
    return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
  }

  synchronized void met(RuntimeException failure) {
    Instant now = clock.instant();
    String before = text;
    text = String.valueOf(failure.getMessage());
    if (since == null) {
      since = now;
    }
    if (said == null || before == null || Duration.between(said, now).compareTo(REPEAT) >= 0) {
      said = now;
      progress.warn(what + ": " + text + "; trying again." + hint(failure));
    }
  }

  synchronized void over() {
    Instant began = since;
    if (began != null) {
      since = null;
      text = null;
      said = null;
      Duration took = Duration.between(began, clock.instant());
      progress.note(what + ": works again after " + took.toSeconds() + " s");
    }
  }

  private static String hint(RuntimeException failure) {
    return failure instanceof HoldfastException e
        ? e.hint().map(h -> " HINT: " + h).orElse("")
        : "";
  }
}
