package io.holdfast.metrics;

import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.status.ServerPosition;
import io.holdfast.operations.wal.ReceiverState;
import io.holdfast.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;

/**
 * How far what can be restored reaches, beside where the server is.
 *
 * @param serverAnswered whether it told its position; empty if it was not asked
 * @param safeUntil everything that was committed before can be restored; empty if nobody knows
 * @param backlog bytes that the server has and that cannot be restored; empty if nobody knows
 * @param joinsReceiver whether what the receiver of this process stores continues what can be
 *     restored without a hole: then what it says of itself holds
 */
record WalReach(
    Optional<Boolean> serverAnswered,
    Optional<Instant> safeUntil,
    Optional<Long> backlog,
    boolean joinsReceiver) {
  /**
   * @param window the newest that there is
   * @param now where the server is, asked before the window was looked for
   * @param before where it was at the look before: a window that lags a few seconds behind now
   *     holds all that the server had then
   * @param live the receiver of this process, asked before the window was looked for
   */
  static WalReach of(
      Optional<RecoverableWindow> window,
      Optional<Boolean> answered,
      Optional<ServerPosition> now,
      Optional<ServerPosition> before,
      Optional<ReceiverState> live) {
    if (window.isEmpty()) {
      return new WalReach(answered, Optional.empty(), Optional.empty(), false);
    }
    RecoverableWindow newest = window.get();
    return new WalReach(
        answered,
        now.flatMap(position -> safeUntil(newest, position, before)),
        now.filter(position -> position.sameHistory(newest))
            .map(position -> position.beyond(newest)),
        live.filter(state -> joins(newest, state)).isPresent());
  }

  private static Optional<Instant> safeUntil(
      RecoverableWindow window, ServerPosition now, Optional<ServerPosition> before) {
    if (!now.sameHistory(window)) {
      return Optional.empty();
    }
    if (now.within(window)) {
      return Optional.of(now.asked());
    }
    Instant transaction = window.to();
    return before
        .filter(position -> position.within(window))
        .map(ServerPosition::asked)
        .filter(asked -> asked.isAfter(transaction))
        .or(() -> Optional.of(transaction));
  }

  private static boolean joins(RecoverableWindow window, ReceiverState state) {
    Lsn nothing = new Lsn(0);
    return state.timeline() == window.timeline()
        && state.durable().isAfter(nothing)
        && !state.durable().isAfter(window.toLsn());
  }

  /**
   * Everything committed before it can be restored.
   *
   * @param live how the receiver stands now
   */
  Optional<Instant> safeUntil(Optional<ReceiverState> live) {
    Optional<Instant> said =
        joinsReceiver ? live.flatMap(ReceiverState::safeUntil) : Optional.empty();
    return said.filter(at -> safeUntil.filter(seen -> seen.isAfter(at)).isEmpty())
        .or(() -> safeUntil);
  }

  Optional<Long> backlog(Optional<ReceiverState> live) {
    return joinsReceiver && live.isPresent() ? live.map(ReceiverState::lagBytes) : backlog;
  }
}
