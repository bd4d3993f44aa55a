package io.holdfast.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes when told. */
final class TestClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-22T08:17:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration span) {
    now = now.plus(span);
  }
}
