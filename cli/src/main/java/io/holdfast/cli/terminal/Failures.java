package io.holdfast.cli.terminal;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import org.jspecify.annotations.Nullable;

/** The one form of every failure: what, then the next step; as JSON on stdout when asked. */
final class Failures {
  private Failures() {}

  static void print(Streams streams, boolean json, HoldfastException failure) {
    String message = String.valueOf(failure.getMessage());
    String hint = failure.hint().orElse(null);
    if (json) {
      Json.print(streams.out(), Failure.of(failure.status(), message, hint));
    } else {
      streams.err().println("holdfast: " + Page.harmless(message));
      if (hint != null) {
        streams.err().println("HINT: " + Page.harmless(hint));
      }
    }
    streams.err().flush();
  }

  /** The documented JSON of a failure. */
  record Failure(Detail error) {
    static Failure of(ExitStatus status, String message, @Nullable String hint) {
      return new Failure(new Detail(status.name(), status.code(), message, hint));
    }
  }

  record Detail(String status, int exit, String message, @Nullable String hint) {}
}
