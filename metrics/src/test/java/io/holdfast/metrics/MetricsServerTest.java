package io.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-27T06:00:00Z"));

  static {
    System.setProperty("sun.net.httpserver.maxReqTime", "1");
  }

  private final CountDownLatch mayLook = new CountDownLatch(1);
  private final CountDownLatch looked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean alive = new AtomicBoolean(true);
  private final Rounds rounds = Rounds.start(new Waiting(), Duration.ofHours(1));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void endLooking() {
    mayLook.countDown();
    rounds.close();
  }

  private MetricsServer start(int port) {
    return MetricsServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        new Exposition("test", CLOCK, LiveProcess.NONE),
        rounds,
        alive::get);
  }

  private final class Waiting implements Looking {
    @Override
    public Round look() {
      try {
        mayLook.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      looked.countDown();
      return Round.NONE;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private HttpResponse<String> ask(MetricsServer server, String method, String path)
      throws Exception {
    URI uri =
        URI.create(
            "http://" + server.address().getHostString() + ":" + server.address().getPort() + path);
    return client.send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  @Test
  void scrapesAreAnsweredBeforeAndAfterTheFirstLook() throws Exception {
    try (MetricsServer server = start(0)) {
      assertThat(ask(server, "GET", "/readyz").statusCode()).isEqualTo(503);
      HttpResponse<String> scrape = ask(server, "GET", "/metrics");
      assertThat(scrape.statusCode()).isEqualTo(200);
      assertThat(scrape.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain");
      assertThat(scrape.body()).contains("holdfast_exporter_build_info{version=\"test\"} 1");

      mayLook.countDown();
      looked.await();
      // The look is taken in right after it was made.
      while (ask(server, "GET", "/readyz").statusCode() != 200) {
        Thread.onSpinWait();
      }
      assertThat(ask(server, "HEAD", "/metrics").body()).isEmpty();
    }
  }

  @Test
  void whetherItIsAliveIsTold() throws Exception {
    try (MetricsServer server = start(0)) {
      assertThat(ask(server, "GET", "/livez").statusCode()).isEqualTo(200);
      alive.set(false);
      assertThat(ask(server, "GET", "/livez").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void nothingElseIsThere() throws Exception {
    try (MetricsServer server = start(0)) {
      assertThat(ask(server, "GET", "/").statusCode()).isEqualTo(404);
      assertThat(ask(server, "GET", "/metrics/../etc/passwd").statusCode()).isEqualTo(404);
      assertThat(ask(server, "POST", "/metrics").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void whoeverAsksTooSlowlyIsCutOffAndKeepsNobodyWaiting() throws Exception {
    try (MetricsServer server = start(0);
        Socket slow = new Socket(server.address().getAddress(), server.address().getPort())) {
      slow.setSoTimeout(60_000);
      slow.getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));

      assertThat(ask(server, "GET", "/livez").statusCode()).isEqualTo(200);
      assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whatLooksIsClosedInTheEnd() throws Exception {
    mayLook.countDown();
    rounds.close();
    closed.await();
  }

  @Test
  void anAddressThatIsTakenIsSaid() {
    try (MetricsServer server = start(0)) {
      int port = server.address().getPort();
      assertThatThrownBy(() -> start(port))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("could not listen on");
    }
  }
}
