package io.holdfast.telemetry;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether the environment asks for telemetry. Apart from {@link Telemetry}, so that asking loads
 * none of its libraries.
 */
public final class Wanted {
  /** Any of these names a receiver, or says that the usual one is meant. */
  private static final Set<String> ASKING =
      Set.of(
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
          "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
          "OTEL_TRACES_EXPORTER",
          "OTEL_METRICS_EXPORTER");

  private Wanted() {}

  public static boolean by(Map<String, String> environment) {
    boolean disabled =
        environment
            .getOrDefault("OTEL_SDK_DISABLED", "")
            .strip()
            .toLowerCase(Locale.ROOT)
            .equals("true");
    return !disabled
        && ASKING.stream().anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
  }
}
