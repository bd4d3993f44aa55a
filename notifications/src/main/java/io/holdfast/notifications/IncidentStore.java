package io.holdfast.notifications;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where the state of incidents lies, so that a restart, or another host, repeats nothing. Contents
 * are bytes that only {@link Notifier} understands, some kilobytes for each cluster.
 */
public interface IncidentStore {
  /**
   * Reads, lets change, and writes what was changed, while nobody else does so for that cluster, on
   * any host. Durable on return.
   *
   * @param cluster empty for what concerns none
   * @param change is given empty bytes where there is nothing; called once; what it returns is
   *     written unless it is what it was given
   * @throws io.holdfast.vocabulary.HoldfastException if that cannot be done; then {@code change}
   *     may have been called, and nobody knows whether its result was written
   */
  void change(String cluster, UnaryOperator<byte[]> change);

  /** What is there; empty if nothing is. */
  Optional<byte[]> read(String cluster);
}
