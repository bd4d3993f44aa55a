package io.holdfast.postgres.replication;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends messages of PostgreSQL's protocol, version 3, each with one write. */
final class WireWriter {
  private final OutputStream out;

  WireWriter(Socket socket) throws IOException {
    out = socket.getOutputStream();
  }

  void query(String command) throws IOException {
    byte[] text = command.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(text.length + 6);
    message.put((byte) 'Q').putInt(text.length + 5).put(text).put((byte) 0);
    send(message);
  }

  void copyDone() throws IOException {
    send(ByteBuffer.allocate(5).put((byte) 'c').putInt(4));
  }

  void copyData(byte[] content) throws IOException {
    send(
        ByteBuffer.allocate(content.length + 5)
            .put((byte) 'd')
            .putInt(content.length + 4)
            .put(content));
  }

  private void send(ByteBuffer message) throws IOException {
    out.write(message.array(), message.arrayOffset(), message.position());
    out.flush();
  }
}
