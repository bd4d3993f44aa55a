package io.holdfast.api;

import io.holdfast.api.http.Limits;
import io.holdfast.vocabulary.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on a port of its own, with two tokens. */
final class Served implements AutoCloseable {
  static final String READING = "reading-token-0123456789abcdef0123";
  static final String OPERATING = "operating-token-0123456789abcdef01";

  /** As usual, but without the waiting. */
  static final Limits QUICK =
      new Limits(
          4 << 10,
          12,
          12,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMillis(700),
          2,
          10_000,
          Duration.ofSeconds(1),
          10_000,
          Duration.ofSeconds(1));

  final List<String> notes = new CopyOnWriteArrayList<>();
  final Caller caller;
  private final ApiServer server;

  Served(ServedRepository repository, Limits limits, Optional<Tls> tls) {
    Entrance entrance =
        new Entrance(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(
                token("monitoring", Right.READ, READING), token("ops", Right.OPERATE, OPERATING)),
            tls,
            notes::add);
    server =
        ApiServer.start(
            entrance,
            repository,
            repository,
            "test",
            InstantSource.fixed(ServedRepository.NOW),
            limits);
    caller = new Caller(server.address());
  }

  static Token token(String name, Right right, String text) {
    try (Secret secret = Secret.copyOf(text.getBytes(StandardCharsets.UTF_8))) {
      return Token.of(name, right, secret);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
