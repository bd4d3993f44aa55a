package io.holdfast.cli.command;

import io.holdfast.operations.anomalies.Anomaly;
import java.util.List;
import java.util.stream.Collectors;

/** What is unusual about a backup, for people. */
final class AnomalyWords {
  private AnomalyWords() {}

  /** For one cell; empty if nothing is. */
  static String cell(List<Anomaly> anomalies) {
    return anomalies.stream()
        .map(each ->
            each.code().word() + (each.subject().isEmpty() ? "" : " (" + each.subject() + ")"))
        .collect(Collectors.joining(", ", anomalies.isEmpty() ? "" : "UNUSUAL: ", ""));
  }
}
