package io.holdfast.cli.command;

import io.holdfast.operations.anomalies.Anomaly;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is unusual about a backup, in both forms. */
final class AnomalyWords {
  private AnomalyWords() {}

  static Map<String, Object> json(String cluster, String backup, Anomaly anomaly) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cluster", cluster);
    json.put("backup", backup);
    json.put("code", anomaly.code().word());
    json.put("database", anomaly.subject().isEmpty() ? null : anomaly.subject());
    json.put("text", anomaly.text());
    return json;
  }

  /** For one cell; empty if nothing is. */
  static String cell(List<Anomaly> anomalies) {
    return anomalies.stream()
        .map(each ->
            each.code().word() + (each.subject().isEmpty() ? "" : " (" + each.subject() + ")"))
        .collect(Collectors.joining(", ", anomalies.isEmpty() ? "" : "UNUSUAL: ", ""));
  }
}
