package io.holdfast.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Answers scrapes: {@code /metrics} from the last look, {@code /livez} and {@code /readyz} for
 * whoever watches the process. Takes nothing in: no other path, no other method than GET and HEAD.
 * A scrape costs no request of the repository. Whoever is slow in asking, or in taking the answer,
 * is cut off, and no more than a few may be connected.
 */
public final class MetricsServer implements AutoCloseable {
  /** Scrapes beyond it are answered with 503 and not queued. */
  private static final int AT_ONCE = 8;

  /** What the JDK's server is told, once, before its first use: it knows no other way. */
  private static final Map<String, String> LIMITS =
      Map.of(
          // Seconds in which a request has to be there, and in which its answer has to be taken.
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30",
          "jdk.httpserver.maxConnections", "64",
          "sun.net.httpserver.maxReqHeaders", "50",
          "sun.net.httpserver.maxReqHeaderSize", "16384");

  static {
    LIMITS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
  }

  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Exposition exposition;
  private final Rounds rounds;
  private final BooleanSupplier alive;

  private MetricsServer(
      HttpServer server, Exposition exposition, Rounds rounds, BooleanSupplier alive) {
    this.server = server;
    this.exposition = exposition;
    this.rounds = rounds;
    this.alive = alive;
  }

  /**
   * @param rounds what is answered from; stays open
   * @param alive whether the process does what it is there for
   * @throws HoldfastException (usage) if the address cannot be listened on
   */
  public static MetricsServer start(
      InetSocketAddress address, Exposition exposition, Rounds rounds, BooleanSupplier alive) {
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not listen on " + address + " for metrics: " + e.getMessage(),
          "Another process may listen there. 'metrics: listen' in the configuration names another"
              + " address.",
          e);
    }
    MetricsServer started = new MetricsServer(server, exposition, rounds, alive);
    server.setExecutor(started.threads);
    server.createContext("/", started::answer);
    server.start();
    return started;
  }

  /** Where it listens; the port that was given to it, if it asked for any. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!places.tryAcquire()) {
        say(exchange, 503, "busy\n");
        return;
      }
      try {
        route(exchange);
      } finally {
        places.release();
      }
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      say(exchange, 405, "only GET\n");
      return;
    }
    switch (exchange.getRequestURI().getPath()) {
      case "/metrics" -> metrics(exchange);
      case "/livez" -> ready(exchange, alive.getAsBoolean());
      case "/readyz" -> ready(exchange, rounds.last().isPresent());
      default -> say(exchange, 404, "there is /metrics, /livez and /readyz\n");
    }
  }

  private static void ready(HttpExchange exchange, boolean good) throws IOException {
    say(exchange, good ? 200 : 503, good ? "ok\n" : "not now\n");
  }

  private void metrics(HttpExchange exchange) throws IOException {
    Optional<String> accept = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept"));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    exposition.write(rounds.last().orElse(Round.NONE), accept, text);
    send(exchange, 200, exposition.contentType(accept), text.toByteArray());
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
