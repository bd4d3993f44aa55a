package io.holdfast.postgres.replication;

import io.holdfast.postgres.PostgresException;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands and their answers, in the simple query protocol. */
final class WireSession {
  private static final long ANSWER_NANOS = Duration.ofSeconds(60).toNanos();

  private final WireReader reader;
  private final WireWriter writer;
  private final String server;
  private final Socket socket;

  WireSession(Socket socket, String server) throws IOException {
    this.socket = socket;
    this.reader = new WireReader(socket);
    this.writer = new WireWriter(socket);
    this.server = server;
  }

  String server() {
    return server;
  }

  WireReader reader() {
    return reader;
  }

  WireWriter writer() {
    return writer;
  }

  /** One line of an answer; a null is null. */
  record Row(List<byte @Nullable []> values) {
    String text(int column) {
      byte[] value = bytes(column);
      return new String(value, java.nio.charset.StandardCharsets.UTF_8);
    }

    byte[] bytes(int column) {
      byte[] value = values.get(column);
      if (value == null) {
        throw new PostgresException(
            "could not read the server's answer: column " + column + " is null", null, null);
      }
      return value;
    }
  }

  /** Runs a command to its end. */
  List<Row> run(String attempt, String command) {
    try {
      writer.query(command);
      return answer(attempt);
    } catch (IOException e) {
      throw lost(attempt, e);
    }
  }

  /** The rest of an answer, up to "ready for query" or the end of a session that ended itself. */
  List<Row> answer(String attempt) throws IOException {
    List<Row> rows = new ArrayList<>();
    ServerFault fault = null;
    boolean complete = false;
    try {
      while (await() != 'Z') {
        switch (reader.type()) {
          case 'D' -> rows.add(row());
          case 'E' -> fault = ServerFault.read(reader);
          case 'C' -> complete = true;
          default -> {
            // T: the columns are known. N, S: notices and settings. d: data still under way.
          }
        }
      }
    } catch (EOFException e) {
      if (fault == null && !complete) {
        throw e;
      }
    }
    if (fault != null) {
      throw fault.exception(attempt + " on " + server);
    }
    return rows;
  }

  /** Goes on to the next message, whose type it returns. */
  char await() throws IOException {
    if (!reader.next(ANSWER_NANOS)) {
      throw new IOException("no answer in " + Duration.ofNanos(ANSWER_NANOS).toSeconds() + " s");
    }
    return reader.type();
  }

  void abandon() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private Row row() {
    int columns = reader.readShort();
    List<byte @Nullable []> values = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      int length = reader.readInt();
      values.add(length < 0 ? null : reader.readBytes(length));
    }
    return new Row(values);
  }

  /** The connection is of no use after a failure: nobody knows which message comes next. */
  PostgresException lost(String attempt, IOException e) {
    abandon();
    return new PostgresException(
        "could not " + attempt + ": the connection to " + server + " was lost: " + e.getMessage(),
        "If the server did not restart just now, see its log.",
        e);
  }
}
