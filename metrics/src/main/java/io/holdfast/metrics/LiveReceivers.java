package io.holdfast.metrics;

import io.holdfast.operations.wal.ReceiverState;
import java.util.Optional;

/** The receivers that run in this process. Thread-safe, answers at once, never fails. */
@FunctionalInterface
public interface LiveReceivers {
  /** Of a process that has none. */
  LiveReceivers NONE = cluster -> Optional.empty();

  Optional<ReceiverState> of(String cluster);
}
