package io.holdfast.metrics;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of docs/metrics.md that the declarations give. */
public final class ReferencePage {
  /** Stand around it in the page. */
  public static final String BEGIN = "<!-- made from the declarations: begin -->\n";

  public static final String END = "<!-- made from the declarations: end -->\n";

  private ReferencePage() {}

  /** Markdown; every metric in the order of its declaration. */
  public static String text() {
    return Stream.of(Metric.values())
        .map(ReferencePage::row)
        .collect(
            Collectors.joining(
                "\n", "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n", "\n"));
  }

  private static String row(Metric metric) {
    return "| `"
        + metric.metricName()
        + "` | "
        + metric.type().name().toLowerCase(Locale.ROOT)
        + " | "
        + String.join(", ", metric.labels())
        + " | "
        + metric.meaning()
        + " |";
  }
}
