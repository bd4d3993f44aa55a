package io.holdfast.service;

import io.holdfast.operations.wal.Receiver;

/** Everything for receiving WAL of one cluster; the caller closes it. */
public interface Receiving extends AutoCloseable {
  Receiver receiver();

  @Override
  void close();

  /** Starts one. */
  interface Start {
    /**
     * @throws io.holdfast.repository.LeaseHeldException if another process receives
     * @throws io.holdfast.vocabulary.HoldfastException if it cannot be started now
     */
    Receiving start();
  }
}
