package io.holdfast.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the values of declared metrics. A metric without a value is not told of. */
final class Series {
  private static final double NANOS = 1e9;

  private record Point(Labels labels, double value) {}

  private final Map<Metric, List<Point>> points = new EnumMap<>(Metric.class);

  /**
   * @param labels values of those that are declared, in their order
   */
  void add(Metric metric, double value, String... labels) {
    Labels named = labels.length == 0 ? Labels.EMPTY : Labels.of(metric.labels(), List.of(labels));
    if (named.size() != metric.labels().size()) {
      throw new IllegalArgumentException(
          metric + " has the labels " + metric.labels() + ", not " + List.of(labels));
    }
    points.computeIfAbsent(metric, each -> new ArrayList<>()).add(new Point(named, value));
  }

  void add(Metric metric, long value, String... labels) {
    add(metric, (double) value, labels);
  }

  void add(Metric metric, boolean value, String... labels) {
    add(metric, value ? 1.0 : 0.0, labels);
  }

  void add(Metric metric, Instant time, String... labels) {
    add(metric, time.getEpochSecond() + time.getNano() / NANOS, labels);
  }

  void add(Metric metric, Duration span, String... labels) {
    add(metric, span.getSeconds() + span.getNano() / NANOS, labels);
  }

  List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    points.forEach((metric, values) -> values.forEach(each -> samples.add(sample(metric, each))));
    return samples;
  }

  private static Sample sample(Metric metric, Point point) {
    Map<String, String> labels = new LinkedHashMap<>();
    point.labels().forEach(label -> labels.put(label.getName(), label.getValue()));
    return new Sample(metric, labels, point.value());
  }

  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    points.forEach((metric, values) -> all.metricSnapshot(snapshot(metric, values)));
    return all.build();
  }

  private static MetricSnapshot snapshot(Metric metric, List<Point> values) {
    MetricMetadata metadata = new MetricMetadata(metric.base(), metric.meaning());
    return switch (metric.type()) {
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              values.stream()
                  .map(each -> new GaugeDataPointSnapshot(each.value(), each.labels(), null))
                  .toList());
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              values.stream()
                  .map(each -> new CounterDataPointSnapshot(each.value(), each.labels(), null, 0))
                  .toList());
      case INFO ->
          new InfoSnapshot(
              metadata,
              values.stream().map(each -> new InfoDataPointSnapshot(each.labels())).toList());
    };
  }
}
