package io.holdfast.operations.backup;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.Manifest;

/**
 * A backup that is durable, with all the WAL it needs. Damaged pages do not make it fail (there may
 * be no other chance to save the rest): whoever shows it must show {@link
 * PhysicalDetails.Findings}.
 */
public record BackupOutcome(Manifest manifest, PhysicalDetails details) {}
