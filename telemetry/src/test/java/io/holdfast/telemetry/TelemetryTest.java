package io.holdfast.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.metrics.Metric;
import io.holdfast.metrics.Sample;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over HTTP, to a receiver that reads the protocol. */
@Timeout(60)
final class TelemetryTest {
  private static final String TOKEN = "sehr-geheim-4711";
  private static final Instant BEGAN = Instant.parse("2026-11-27T02:00:01.5Z");
  private static final Run FAILED =
      new Run(
          new JobName("nightly", Optional.of("shop")),
          Instant.parse("2026-11-27T02:00:00Z"),
          BEGAN,
          BEGAN.plus(Duration.ofMinutes(3)),
          2,
          0,
          Outcome.FAILED,
          6,
          "holdfast backup shop",
          "db1",
          "holdfast 1",
          "what it said is nobody's business",
          "0123abcd");

  private final BlockingQueue<String> complaints = new LinkedBlockingQueue<>();

  private static Map<String, String> environment(String endpoint) {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT", endpoint,
        "OTEL_EXPORTER_OTLP_HEADERS", "Authorization=" + TOKEN,
        "OTEL_METRIC_EXPORT_INTERVAL", "100",
        "OTEL_BSP_SCHEDULE_DELAY", "100",
        "HOME", "/somewhere");
  }

  private static List<Sample> samples() {
    return List.of(
        new Sample(Metric.LOOK_SUCCESS, Map.of("cluster", "shop"), 1),
        new Sample(Metric.REQUESTS, Map.of("kind", "put"), 42));
  }

  private static Map<String, String> attributes(List<KeyValue> list) {
    Map<String, String> attributes = new HashMap<>();
    list.forEach(each ->
        attributes.put(
            each.getKey(),
            each.getValue().hasIntValue()
                ? Long.toString(each.getValue().getIntValue())
                : each.getValue().getStringValue()));
    return attributes;
  }

  @Test
  void theSeriesOfPrometheusArriveByTheirNames() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start(200);
        Telemetry _ =
            Telemetry.start(
                environment(receiver.address()), "7", TelemetryTest::samples, complaints::add)) {
      var received = receiver.metrics.take();

      assertThat(received.authorization()).isEqualTo(TOKEN);
      ResourceMetrics all = received.request().getResourceMetrics(0);
      assertThat(attributes(all.getResource().getAttributesList()))
          .containsEntry("service.name", "holdfast")
          .containsEntry("service.version", "7");
      var metrics = all.getScopeMetrics(0).getMetricsList();
      assertThat(metrics)
          .extracting(metric -> metric.getName())
          .containsExactlyInAnyOrder("holdfast_look_success", "holdfast_site_requests_total");
      for (var metric : metrics) {
        if (metric.hasGauge()) {
          assertThat(metric.getGauge().getDataPoints(0).getAsDouble()).isEqualTo(1);
          assertThat(attributes(metric.getGauge().getDataPoints(0).getAttributesList()))
              .isEqualTo(Map.of("cluster", "shop"));
        } else {
          assertThat(metric.getSum().getIsMonotonic()).isTrue();
          assertThat(metric.getSum().getDataPoints(0).getAsDouble()).isEqualTo(42);
        }
      }
    }
  }

  @Test
  void aRunIsASpanWithItsOutcome() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start(200)) {
      try (Telemetry telemetry =
          Telemetry.start(environment(receiver.address()), "7", List::of, complaints::add)) {
        telemetry.ended(FAILED);
      }
      ResourceSpans all = receiver.traces.take().request().getResourceSpans(0);
      Span span = all.getScopeSpans(0).getSpans(0);

      assertThat(span.getName()).isEqualTo("nightly");
      assertThat(span.getStartTimeUnixNano())
          .isEqualTo(BEGAN.getEpochSecond() * 1_000_000_000 + BEGAN.getNano());
      assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano())
          .isEqualTo(Duration.ofMinutes(3).toNanos());
      assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
      assertThat(attributes(span.getAttributesList()))
          .containsEntry("holdfast.cluster", "shop")
          .containsEntry("holdfast.outcome", "failed")
          .containsEntry("holdfast.exit_status", "6")
          .containsEntry("holdfast.attempt", "2");
      assertThat(span.toString()).doesNotContain("business");
    }
  }

  @Test
  void aReceiverThatRefusesIsComplainedOfWithoutTheToken() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start(401);
        Telemetry _ =
            Telemetry.start(
                environment(receiver.address()), "7", TelemetryTest::samples, complaints::add)) {
      assertThat(complaints.take()).contains("401").doesNotContain(TOKEN);
    }
  }

  @Test
  void variablesThatCannotBeFollowedAreSaidWithoutTheToken() {
    Map<String, String> environment = new HashMap<>(environment("http://127.0.0.1:1"));
    environment.put("OTEL_EXPORTER_OTLP_HEADERS", TOKEN);

    assertThatThrownBy(
            () -> Telemetry.start(environment, "7", TelemetryTest::samples, complaints::add))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            failure -> {
              assertThat(failure.status()).isEqualTo(ExitStatus.USAGE);
              assertThat(failure).hasMessageContaining("headers").hasNoCause();
              assertThat(failure.getMessage()).doesNotContain(TOKEN);
            });
  }

  @Test
  void headersAreCutOutOfWhateverIsSaid() {
    Hidden hidden =
        Hidden.of(
            Map.of(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "api-key=" + TOKEN + ",Authorization=Basic%20YWxs",
                "OTEL_SERVICE_NAME",
                "backups"));

    assertThat(hidden.in("backups: api-key=" + TOKEN + " and Basic YWxs or Basic%20YWxs"))
        .isEqualTo("backups: api-key=(hidden) and (hidden) or (hidden)");
  }

  @Test
  void itIsWantedWhereAReceiverIsNamed() {
    assertThat(Wanted.by(Map.of())).isFalse();
    assertThat(Wanted.by(Map.of("OTEL_SERVICE_NAME", "backups"))).isFalse();
    assertThat(Wanted.by(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ""))).isFalse();
    assertThat(Wanted.by(environment("http://127.0.0.1:1"))).isTrue();
    assertThat(
            Wanted.by(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1",
                    "OTEL_SDK_DISABLED", "True")))
        .isFalse();
  }
}
