package io.holdfast.notifications;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** An HTTP server that keeps what it is sent and answers as it was told, on loopback. */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new ArrayList<>();
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private Reply usual;

  /** Header names in lower case. */
  record Request(String method, String path, Map<String, String> headers, String body) {}

  /**
   * @param hanging after the headers, with the body begun
   */
  record Reply(int status, Map<String, String> headers, String body, boolean hanging) {
    static Reply of(int status, String body) {
      return new Reply(status, Map.of(), body, false);
    }

    Reply with(String header, String value) {
      return new Reply(status, Map.of(header, value), body, hanging);
    }

    Reply thatHangs() {
      return new Reply(status, headers, body, true);
    }
  }

  private Receiver(HttpServer server, Reply usual) {
    this.server = server;
    this.usual = usual;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static Receiver answering(int status, String body) throws IOException {
    return new Receiver(HttpServer.create(loopback(), 0), Reply.of(status, body));
  }

  static Receiver secured(SSLContext context, String body) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new Receiver(server, Reply.of(200, body));
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  /** The next answer; after those told, it is the usual one again. */
  synchronized void next(Reply reply) {
    replies.add(reply);
  }

  synchronized void usually(Reply reply) {
    usual = reply;
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  private synchronized Reply receive(Request request) {
    requests.add(request);
    Reply reply = replies.poll();
    return reply == null ? usual : reply;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Reply reply =
          receive(
              new Request(
                  exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      if (reply.hanging()) {
        exchange.sendResponseHeaders(reply.status(), bytes.length + 1000);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes);
        out.flush();
        closing.await();
      } else if (bytes.length == 0) {
        exchange.sendResponseHeaders(reply.status(), -1);
      } else {
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
