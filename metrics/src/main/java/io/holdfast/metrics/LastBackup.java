package io.holdfast.metrics;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The newest backup of a kind.
 *
 * @param bytes what a restore writes
 * @param bytesRead what was read of the source for it
 * @param bytesStored what was written into the repository for it
 * @param bytesNeeded of the repository, by a restore of it
 * @param damagedPages that it was found to have; empty for kinds that have no pages
 */
record LastBackup(
    Instant finished,
    Duration took,
    long bytes,
    long bytesRead,
    long bytesStored,
    long bytesNeeded,
    Optional<Long> damagedPages) {
  static LastBackup of(Manifest manifest) {
    Manifest.Totals totals = manifest.totals();
    return new LastBackup(
        manifest.finished(),
        Duration.between(manifest.started(), manifest.finished()),
        totals.bytes(),
        totals.bytesRead(),
        totals.bytesStored(),
        manifest.packs().stream().mapToLong(Manifest.PackUse::liveBytes).sum(),
        manifest.kind().equals(PhysicalDetails.KIND)
            ? Optional.of(PhysicalDetails.of(manifest).findings().damagedPages())
            : Optional.empty());
  }
}
