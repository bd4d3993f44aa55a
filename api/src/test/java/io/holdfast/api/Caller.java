package io.holdfast.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks HTTP as badly as it is told to. */
record Caller(InetSocketAddress address) {
  /** What came back. */
  record Heard(int status, String head, String body) {
    String header(String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  Heard get(String target, String token) throws IOException {
    return ask("GET", target, "Authorization: Bearer " + token + "\r\n");
  }

  Heard post(String target, String token) throws IOException {
    return ask("POST", target, "Authorization: Bearer " + token + "\r\n");
  }

  /**
   * @param headers each with its end of line
   */
  Heard ask(String method, String target, String headers) throws IOException {
    return raw(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: api\r\nConnection: close\r\n"
            + headers
            + "\r\n");
  }

  Heard raw(String request) throws IOException {
    try (Socket socket = open()) {
      send(socket, request);
      return hear(socket);
    }
  }

  Socket open() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Until the other end closes. */
  static Heard hear(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Heard(0, text, "");
    }
    return new Heard(
        Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
  }
}
