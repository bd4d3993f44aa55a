package io.holdfast.postgres;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** WAL as it is written. Used by one thread. */
public interface WalStream extends AutoCloseable {
  /**
   * The next message, or empty when none came within the time. Never blocks longer; answers to the
   * server's "are you there?" are sent from here with the last feedback, and so is the last
   * feedback every ten seconds: call it more often than the server's wal_sender_timeout.
   *
   * @throws WalRemovedException if the server has removed WAL that it had not sent yet
   * @throws PostgresException if the connection was lost; a new one may well succeed
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

    /**
     * Nothing new.
     *
     * @param serverFlushed how far the server has sent, which may be short of what it has flushed
     *     (WalSndKeepalive in walsender.c)
     */
    record KeepAlive(Lsn serverFlushed, Instant sent) implements Message {}

    /** The server was promoted past this timeline: the next one, and where it begins. */
    record TimelineEnded(int next, Lsn nextStart) implements Message {}

    /** The server ended the stream, having sent everything it had. */
    record Ended() implements Message {}
  }
}
