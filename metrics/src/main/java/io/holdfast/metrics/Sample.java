package io.holdfast.metrics;

import java.util.Map;

/**
 * What a metric is now, for one set of labels. Immutable.
 *
 * @param labels by name
 */
public record Sample(Metric metric, Map<String, String> labels, double value) {
  public Sample {
    labels = Map.copyOf(labels);
  }
}
