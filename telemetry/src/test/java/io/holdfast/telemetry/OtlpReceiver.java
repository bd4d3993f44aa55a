package io.holdfast.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPInputStream;

/** Takes what is sent by OTLP over HTTP, as a collector does. */
final class OtlpReceiver implements AutoCloseable {
  /** One request, with the header that lets it in. */
  record Received<T>(T request, String authorization) {}

  final BlockingQueue<Received<ExportMetricsServiceRequest>> metrics = new LinkedBlockingQueue<>();
  final BlockingQueue<Received<ExportTraceServiceRequest>> traces = new LinkedBlockingQueue<>();
  private final HttpServer server;
  private final int status;

  private OtlpReceiver(HttpServer server, int status) {
    this.server = server;
    this.status = status;
  }

  /**
   * @param status with which it answers
   */
  static OtlpReceiver start(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    OtlpReceiver receiver = new OtlpReceiver(server, status);
    server.createContext(
        "/v1/metrics",
        exchange ->
            receiver.metrics.add(
                receiver.take(exchange, ExportMetricsServiceRequest.parseFrom(body(exchange)))));
    server.createContext(
        "/v1/traces",
        exchange ->
            receiver.traces.add(
                receiver.take(exchange, ExportTraceServiceRequest.parseFrom(body(exchange)))));
    server.start();
    return receiver;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private <T> Received<T> take(HttpExchange exchange, T request) throws IOException {
    String authorization =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
    return new Received<>(request, authorization);
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    InputStream raw = new ByteArrayInputStream(body);
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    return packed ? new GZIPInputStream(raw) : raw;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
