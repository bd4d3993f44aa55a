package io.holdfast.operations.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.UnrestorableBackup;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster stands.
 *
 * @param sentence "restorable from A to B, except …"
 * @param missingAfter WAL for the lack of which nothing behind the newest window can be restored
 * @param lastBackup left out if there is none
 * @param lastBackupAgeSeconds likewise
 * @param lastProof null if nothing was proven
 * @param unreadable backups whose manifest is damaged or of a newer program
 * @param unrestorable backups that have lost what they cannot do without
 * @param leases live ones, by name
 * @param retention what is kept, in words; null if nothing is ever removed
 */
public record ClusterView(
    String cluster,
    String sentence,
    List<WindowView> windows,
    List<WindowView.GapView> missingAfter,
    int backups,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String lastBackup,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long lastBackupAgeSeconds,
    @Nullable ProofLine lastProof,
    List<PlanView> plans,
    List<AnomalyView> anomalies,
    List<String> unreadable,
    List<String> unrestorable,
    long walSegments,
    long walBytes,
    List<String> leases,
    long leftovers,
    long leftoverBytes,
    @Nullable String retention,
    List<RemovedView> removed,
    long removedBytes) {
  /** A backup that was removed, and can be brought back until then. */
  public record RemovedView(String id, Instant purgeAfter) {}

  public static ClusterView of(ClusterFindings found) {
    ClusterStatus status = found.status();
    return new ClusterView(
        status.cluster(),
        status.sentence(),
        status.windows().stream().map(WindowView::of).toList(),
        status.missingAfter().stream().map(WindowView.GapView::of).toList(),
        status.backups(),
        status.lastBackup().map(BackupId::text).orElse(null),
        status.lastBackupAge().map(Duration::toSeconds).orElse(null),
        found.lastProof().map(ProofLine::of).orElse(null),
        found.plans(),
        found.anomalies().entrySet().stream().flatMap(each -> unusual(status, each)).toList(),
        status.unreadable().stream().map(BackupId::text).toList(),
        status.unrestorable().stream().map(UnrestorableBackup::id).map(BackupId::text).toList(),
        status.walSegments(),
        status.walBytes(),
        status.leases().keySet().stream().sorted().toList(),
        status.leftovers(),
        status.leftoverBytes(),
        found.declared().flatMap(ClusterFindings.Declared::retention).orElse(null),
        status.removed().entrySet().stream()
            .map(each -> new RemovedView(each.getKey().text(), each.getValue().purgeAfter()))
            .toList(),
        status.removedBytes());
  }

  private static Stream<AnomalyView> unusual(
      ClusterStatus status, Map.Entry<BackupId, List<Anomaly>> of) {
    return of.getValue().stream().map(each -> AnomalyView.of(status.cluster(), of.getKey(), each));
  }
}
