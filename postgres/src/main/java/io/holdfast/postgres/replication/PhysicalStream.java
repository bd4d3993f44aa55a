package io.holdfast.postgres.replication;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.WalStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream in copy-both mode (protocol-replication). CopyData from the server: {@code 'w'}, int64
 * start, int64 server's flushed end, int64 time, WAL; or {@code 'k'}, int64 flushed end, int64
 * time, byte reply-requested. From us: {@code 'r'}, int64 written, int64 flushed, int64 applied,
 * int64 time, byte reply-requested. Times are microseconds since 2000; big-endian.
 */
final class PhysicalStream implements WalStream {
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
  private static final long FEEDBACK_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long FAREWELL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final Lsn UNKNOWN = new Lsn(0);

  /** As wal_receiver_timeout: after a third of it the server is asked whether it is there. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final WireSession wire;
  private final WireReader reader;
  private final String attempt;
  private final long patience;
  private long heard = System.nanoTime();
  private long asked;
  private boolean answerOwed;
  private Lsn written = UNKNOWN;
  private Lsn durable = UNKNOWN;
  private long lastFeedback = System.nanoTime();
  private boolean streaming = true;
  private @Nullable Message waiting;

  private PhysicalStream(WireSession wire, String attempt, Duration patience) {
    this.patience = patience.toNanos();
    this.wire = wire;
    this.reader = wire.reader();
    this.attempt = attempt;
  }

  /**
   * Returns once the server has shown that it can read the WAL at the start, or says why not.
   *
   * @param available whether the server has WAL at the start; without any it has nothing to show
   * @param patience how long a server may be silent before it is believed to be gone
   */
  static WalStream start(
      WireSession wire, String command, String attempt, boolean available, Duration patience) {
    PhysicalStream stream = new PhysicalStream(wire, attempt + " on " + wire.server(), patience);
    try {
      wire.writer().query(command);
      stream.begin(available);
      return stream;
    } catch (IOException e) {
      throw wire.lost(stream.attempt, e);
    }
  }

  private void begin(boolean available) throws IOException {
    while (true) {
      switch (wire.await()) {
        case 'W' -> {
          if (available) {
            awaitFirst();
          }
          return;
        }
        case 'T' -> {
          // The timeline ends where we would start: there is nothing to copy (walsender.c).
          waiting = ended(wire.answer(attempt));
          return;
        }
        case 'E' -> {
          ServerFault fault = ServerFault.read(reader);
          awaitReady();
          throw fault.streamException(attempt);
        }
        default -> {
          // A notice or a changed setting.
        }
      }
    }
  }

  /**
   * The server reads WAL only after it has said "copy", and sends or fails at once where there is
   * some. A keepalive proves nothing: it may answer any number of requests before it reads, since
   * it does not read while an answer is still on its way (WalSndLoop).
   */
  private void awaitFirst() throws IOException {
    do {
      wire.await();
      waiting = message();
    } while (waiting == null || waiting instanceof Message.KeepAlive);
  }

  @Override
  public Optional<Message> next(Duration wait) {
    if (waiting != null) {
      Message message = waiting;
      waiting = null;
      return Optional.of(message);
    }
    if (!streaming) {
      throw new IllegalStateException("the stream has ended");
    }
    try {
      long deadline = System.nanoTime() + wait.toNanos();
      while (true) {
        long now = System.nanoTime();
        long feedbackDue = lastFeedback + Math.min(FEEDBACK_NANOS, patience / 3) - now;
        if (feedbackDue <= 0) {
          send(written, durable);
          feedbackDue = Math.min(FEEDBACK_NANOS, patience / 3);
        }
        if (reader.next(Math.max(Math.min(deadline - now, feedbackDue), 0))) {
          heard = System.nanoTime();
          answerOwed = false;
          Message message = message();
          if (message != null) {
            return Optional.of(message);
          }
        } else {
          requireAlive();
          if (System.nanoTime() - deadline >= 0) {
            return Optional.empty();
          }
        }
      }
    } catch (IOException e) {
      streaming = false;
      throw wire.lost(attempt, e);
    }
  }

  /**
   * A machine that is gone says nothing, and TCP alone takes a quarter of an hour to notice. Only
   * time in which we read counts: an answer may be waiting for us.
   */
  private void requireAlive() throws IOException {
    if (answerOwed && System.nanoTime() - asked > patience * 2 / 3) {
      throw new IOException(
          "it has not answered for "
              + Duration.ofNanos(System.nanoTime() - heard).toSeconds()
              + " s");
    }
  }

  /** What the message at hand means to the caller; null if nothing. */
  private @Nullable Message message() throws IOException {
    return switch (reader.type()) {
      case 'd' -> copyData();
      case 'c' -> {
        streaming = false;
        wire.writer().copyDone();
        yield ended(wire.answer(attempt));
      }
      // A server that shuts down says so without "copy done" (WalSndDone).
      case 'C' -> {
        streaming = false;
        yield new Message.Ended();
      }
      case 'E' -> {
        streaming = false;
        ServerFault fault = ServerFault.read(reader);
        awaitReady();
        throw fault.streamException(attempt);
      }
      default -> null;
    };
  }

  private @Nullable Message copyData() throws IOException {
    return switch (reader.readByte()) {
      case 'w' -> data();
      case 'k' -> keepAlive();
      default -> null;
    };
  }

  private Message data() {
    Lsn start = new Lsn(reader.readLong());
    Lsn flushed = new Lsn(reader.readLong());
    Instant sent = time(reader.readLong());
    return new Message.Data(
        start, reader.bytes(), reader.position(), reader.remaining(), flushed, sent);
  }

  private Message keepAlive() throws IOException {
    Lsn sentUpTo = new Lsn(reader.readLong());
    Instant sent = time(reader.readLong());
    if (reader.readByte() != 0) {
      answer();
    }
    return new Message.KeepAlive(sentUpTo, sent);
  }

  /**
   * A server that has ended meanwhile hears no answer, and what it said last may lie here unread:
   * reading on finds that, or that the connection is lost.
   */
  private void answer() {
    try {
      send(written, durable);
    } catch (IOException e) {
      // The next read says what became of the connection.
    }
  }

  private Message ended(List<WireSession.Row> rows) {
    streaming = false;
    if (rows.isEmpty()) {
      return new Message.Ended();
    }
    WireSession.Row row = rows.getFirst();
    return new Message.TimelineEnded(Integer.parseUnsignedInt(row.text(0)), Lsn.parse(row.text(1)));
  }

  @Override
  public void feedback(Lsn nowWritten, Lsn nowDurable) {
    written = nowWritten;
    durable = nowDurable;
    if (!streaming) {
      return;
    }
    try {
      send(written, durable);
    } catch (IOException e) {
      streaming = false;
      throw wire.lost(attempt, e);
    }
  }

  private void send(Lsn nowWritten, Lsn nowDurable) throws IOException {
    ByteBuffer reply = ByteBuffer.allocate(34);
    reply.put((byte) 'r').putLong(nowWritten.value()).putLong(nowDurable.value());
    // Nothing is ever applied here; the server takes 0 for "not known".
    reply.putLong(0).putLong(ChronoUnit.MICROS.between(EPOCH, Instant.now()));
    boolean ask = System.nanoTime() - heard > patience / 3;
    if (ask && !answerOwed) {
      answerOwed = true;
      asked = System.nanoTime();
    }
    reply.put((byte) (ask ? 1 : 0));
    wire.writer().copyData(reply.array());
    lastFeedback = System.nanoTime();
  }

  private static Instant time(long microseconds) {
    return EPOCH.plus(microseconds, ChronoUnit.MICROS);
  }

  @Override
  public void close() {
    if (!streaming) {
      return;
    }
    streaming = false;
    try {
      wire.writer().copyDone();
      long deadline = System.nanoTime() + FAREWELL_NANOS;
      while (System.nanoTime() - deadline < 0 && wire.await() != 'Z') {
        if (reader.type() == 'c') {
          wire.answer(attempt);
          return;
        }
      }
      if (reader.type() != 'Z') {
        wire.abandon();
      }
    } catch (IOException | PostgresException e) {
      wire.abandon();
    }
  }

  /** After an error the server is ready again, or gone if it was a fatal one. */
  private void awaitReady() throws IOException {
    try {
      while (wire.await() != 'Z') {
        // Nothing of interest comes any more.
      }
    } catch (EOFException e) {
      // Then the next command will say so.
    }
  }
}
