package io.holdfast.service;

import io.holdfast.operations.wal.ReceiverState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a receiver's ups and downs is worth telling. A trouble that it gets over by itself within
 * minutes is not: servers are restarted, and networks blink.
 */
final class ReceiverWatch {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  static final Duration SOON = Duration.ofMinutes(1);
  static final Duration SELDOM = Duration.ofHours(1);

  private @Nullable Long troubleSince;
  private Optional<String> trouble = Optional.empty();

  private @Nullable Long receivingSaid;
  private Duration pause = SOON;
  private int skips;
  private boolean receiving;

  /** Takes in how it stands at a moment of {@link System#nanoTime}. */
  void look(ReceiverState state, long now) {
    trouble(state.trouble(), now);
    receiving(state, now);
  }

  private void trouble(Optional<String> met, long now) {
    if (met.isEmpty()) {
      troubleSince = null;
      trouble = Optional.empty();
      return;
    }
    if (troubleSince == null) {
      troubleSince = now;
    }
    if (now - troubleSince >= PATIENCE.toNanos()) {
      trouble = met;
    }
  }

  private void receiving(ReceiverState state, long now) {
    if (state.trouble().isPresent() || state.timeline() == 0) {
      return;
    }
    if (receivingSaid == null || state.skips() != skips) {
      receivingSaid = now;
      skips = state.skips();
      pause = SOON;
    }
    if (now - receivingSaid >= pause.toNanos()) {
      receivingSaid = now;
      pause = pause.multipliedBy(2).compareTo(SELDOM) < 0 ? pause.multipliedBy(2) : SELDOM;
      receiving = true;
    }
  }

  /** What lasts longer than {@link #PATIENCE}. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Whether it is time to look if anything is missing; true once each time. */
  boolean takeReceiving() {
    boolean was = receiving;
    receiving = false;
    return was;
  }
}
