package io.holdfast.metrics;

/** Makes a round of looks whenever it is asked to. Closed by whoever asks, when he asks no more. */
public interface Looking extends AutoCloseable {
  /**
   * @throws io.holdfast.vocabulary.HoldfastException (interrupted) if the thread is, and for
   *     nothing else
   */
  Round look();

  @Override
  void close();
}
