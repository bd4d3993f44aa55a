package io.holdfast.telemetry;

import io.holdfast.metrics.Sample;
import io.holdfast.operations.runs.Run;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends metrics now and then, and of each run a span when it has ended, as OpenTelemetry's
 * environment variables say: where to, with which headers, how often. Nothing here waits for a
 * receiver, and none that is away keeps anything from going on. Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
  /** What a variable says goes before. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "holdfast",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.logs.exporter", "none");

  private static final String SCOPE = "io.holdfast";
  private static final Duration TO_THE_END = Duration.ofSeconds(10);

  private final OpenTelemetrySdk sdk;
  private final Complaints complaints;
  private final RunSpans spans;

  private Telemetry(OpenTelemetrySdk sdk, Complaints complaints) {
    this.sdk = sdk;
    this.complaints = complaints;
    this.spans = new RunSpans(sdk.getTracer(SCOPE));
  }

  /**
   * @param environment with the variables that begin with OTEL_
   * @param version of the program
   * @param samples what is known now; asked for on another thread each time that metrics are sent
   * @param trouble is told why something could not be sent, without secrets
   * @throws HoldfastException (usage) if the variables cannot be followed
   */
  public static Telemetry start(
      Map<String, String> environment,
      String version,
      Supplier<List<Sample>> samples,
      Consumer<String> trouble) {
    Hidden hidden = Hidden.of(environment);
    Complaints complaints = Complaints.to(text -> trouble.accept(hidden.in(text)));
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> DEFAULTS)
              .addPropertiesCustomizer(config -> properties(environment))
              .addResourceCustomizer((resource, config) ->
                  resource.toBuilder().put("service.version", version).build())
              .build()
              .getOpenTelemetrySdk();
      MetricInstruments.register(sdk.getMeter(SCOPE), samples);
      return new Telemetry(sdk, complaints);
    } catch (RuntimeException e) {
      complaints.close();
      // Without its cause, whose message may hold a header.
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not follow the variables OTEL_… of the environment: "
              + hidden.in(String.valueOf(e.getMessage())),
          "Mend them, or set OTEL_SDK_DISABLED=true.");
    }
  }

  /** OTEL_A_B becomes otel.a.b, as the library itself reads them. */
  private static Map<String, String> properties(Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith("OTEL_")) {
        properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
      }
    });
    return properties;
  }

  /** A scheduled run has ended. Returns at once. */
  public void ended(Run run) {
    spans.add(run);
  }

  /** Sends what can be sent within some seconds. */
  @Override
  public void close() {
    sdk.shutdown().join(TO_THE_END.toMillis(), TimeUnit.MILLISECONDS);
    complaints.close();
  }
}
