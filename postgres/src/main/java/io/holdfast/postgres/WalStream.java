package io.holdfast.postgres;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** WAL as it is written. Used by one thread. */
public interface WalStream extends AutoCloseable {
  /**
   * The next message, or empty when none came within the time. Never blocks longer; answers to the
   * server's "are you there?" are sent from here with the last feedback.
   */
  Optional<Message> next(Duration wait);

  /**
   * Tells the server how far WAL was received, and how far it is durable: it may recycle up to
   * there.
   */
  void feedback(Lsn written, Lsn durable);

  /** Ends the stream in good order, after which the session can be used again. */
  @Override
  void close();

  /** What comes. */
  sealed interface Message {
    /** The array is valid until the next call of {@link WalStream#next}. */
    record Data(Lsn start, byte[] bytes, int offset, int length, Lsn serverFlushed, Instant sent)
        implements Message {}

    record KeepAlive(Lsn serverFlushed, Instant sent) implements Message {}

    /** The server was promoted past this timeline: the next one, and where it begins. */
    record TimelineEnded(int next, Lsn nextStart) implements Message {}

    /** The server ended the stream, having sent everything it had. */
    record Ended() implements Message {}
  }
}
