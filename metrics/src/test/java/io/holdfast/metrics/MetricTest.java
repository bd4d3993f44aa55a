package io.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MetricTest {
  private static final List<String> LABELS =
      List.of(
          "cluster",
          "backup_type",
          "site",
          "lease",
          "holder",
          "plan",
          "kind",
          "version",
          "schedule",
          "outcome",
          "channel");

  @Test
  void noNameIsGivenTwice() {
    assertThat(Arrays.stream(Metric.values()).map(Metric::metricName)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void namesAreAsPrometheusWantsThem(Metric metric) {
    assertThat(metric.metricName()).matches("holdfast_[a-z]+(_[a-z]+)*");
    assertThat(metric.labels()).isSubsetOf(LABELS);
    assertThat(metric.meaning()).endsWith(".").doesNotContain("|");
    assertThat(metric.metricName().endsWith("_total"))
        .isEqualTo(metric.type() == Metric.Type.COUNTER);
  }
}
