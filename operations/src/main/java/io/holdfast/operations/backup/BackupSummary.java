package io.holdfast.operations.backup;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of a list of backups.
 *
 * @param parent what it was built on; may be gone meanwhile
 * @param physical empty for other kinds
 * @param logical likewise
 * @param ofFiles likewise
 */
public record BackupSummary(
    BackupId id,
    String kind,
    Instant started,
    Instant finished,
    Manifest.Totals totals,
    Optional<BackupId> parent,
    Optional<PhysicalDetails> physical,
    Optional<LogicalDetails> logical,
    Optional<FilesDetails> ofFiles) {
  static BackupSummary of(Manifest manifest) {
    return new BackupSummary(
        manifest.id(),
        manifest.kind(),
        manifest.started(),
        manifest.finished(),
        manifest.totals(),
        manifest.parent(),
        manifest.kind().equals(PhysicalDetails.KIND)
            ? Optional.of(PhysicalDetails.of(manifest))
            : Optional.empty(),
        manifest.kind().equals(LogicalFiles.KIND)
            ? Optional.of(LogicalDetails.of(manifest))
            : Optional.empty(),
        manifest.kind().equals(FilesDetails.KIND)
            ? Optional.of(FilesDetails.of(manifest))
            : Optional.empty());
  }

  public Duration took() {
    return Duration.between(started, finished);
  }

  /** Bytes of the source for each byte stored; 0 if nothing was stored. */
  public double ratio() {
    return totals.bytesStored() == 0 ? 0 : (double) totals.bytesRead() / totals.bytesStored();
  }
}
