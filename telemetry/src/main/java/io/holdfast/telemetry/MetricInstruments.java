package io.holdfast.telemetry;

import io.holdfast.metrics.Metric;
import io.holdfast.metrics.Sample;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The declared metrics, by the names that Prometheus knows; all are observed at one moment. */
final class MetricInstruments {
  private MetricInstruments() {}

  static void register(Meter meter, Supplier<List<Sample>> samples) {
    Map<Metric, ObservableDoubleMeasurement> instruments = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      instruments.put(metric, instrument(meter, metric));
    }
    ObservableMeasurement[] all = instruments.values().toArray(ObservableMeasurement[]::new);
    meter.batchCallback(
        () ->
            samples
                .get()
                .forEach(sample -> {
                  ObservableDoubleMeasurement instrument = instruments.get(sample.metric());
                  if (instrument != null) {
                    instrument.record(sample.value(), attributes(sample));
                  }
                }),
        all[0],
        all);
  }

  private static ObservableDoubleMeasurement instrument(Meter meter, Metric metric) {
    return switch (metric.type()) {
      case COUNTER ->
          meter
              .counterBuilder(metric.metricName())
              .setDescription(metric.meaning())
              .ofDoubles()
              .buildObserver();
      case GAUGE, INFO ->
          meter.gaugeBuilder(metric.metricName()).setDescription(metric.meaning()).buildObserver();
    };
  }

  private static Attributes attributes(Sample sample) {
    AttributesBuilder attributes = Attributes.builder();
    sample.labels().forEach((name, value) -> attributes.put(name, value));
    return attributes.build();
  }
}
