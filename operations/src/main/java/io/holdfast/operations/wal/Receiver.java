package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Streams WAL from a server into the repository until told to stop, through every restart, crash
 * and promotion of the server and every trouble of the repository. What it acknowledges to the
 * server is durable in the repository, never less: being killed loses nothing, because the slot
 * keeps what was not acknowledged.
 */
public final class Receiver implements AutoCloseable {
  private Receiver() {}

  /**
   * Connects, takes the lease, finds or creates the slot, and streams in the background from then
   * on. On return the slot exists, so WAL from now on is kept for us.
   *
   * @throws io.holdfast.repository.LeaseHeldException if another receiver runs for this cluster
   * @throws io.holdfast.vocabulary.HoldfastException if the first connection fails or the server is
   *     not the cluster that the repository knows
   */
  public static Receiver start(
      ClusterArchive cluster, ReceiverOptions options, Progress progress, InstantSource clock) {
    throw new UnsupportedOperationException("not yet");
  }

  /** The archive it writes to. */
  public WalArchive archive() {
    throw new UnsupportedOperationException("not yet");
  }

  public ReceiverState state() {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Waits until the repository has everything before {@code lsn}; ships the segment under way at
   * once instead of at the next interval.
   *
   * @return false if the time ran out
   * @throws io.holdfast.vocabulary.HoldfastException if the receiver has ended by a failure
   */
  public boolean awaitDurable(Lsn lsn, Duration patience) throws InterruptedException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Waits for the end, which only {@link #stop} or a failure that no patience mends brings.
   *
   * @throws io.holdfast.vocabulary.HoldfastException that failure
   */
  public void join() throws InterruptedException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Asks it to end; returns at once. Any thread, any number of times. */
  public void stop() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Stops: ships what was received, acknowledges it, removes the spool, gives the lease back. */
  @Override
  public void close() {
    throw new UnsupportedOperationException("not yet");
  }
}
