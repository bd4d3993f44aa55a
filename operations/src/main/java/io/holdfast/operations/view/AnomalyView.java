package io.holdfast.operations.view;

import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.repository.BackupId;
import org.jspecify.annotations.Nullable;

/**
 * What is unusual about a backup.
 *
 * @param database null where it concerns none alone
 */
public record AnomalyView(
    String cluster, String backup, String code, @Nullable String database, String text) {
  public static AnomalyView of(String cluster, BackupId backup, Anomaly anomaly) {
    return new AnomalyView(
        cluster,
        backup.text(),
        anomaly.code().word(),
        anomaly.subject().isEmpty() ? null : anomaly.subject(),
        anomaly.text());
  }
}
