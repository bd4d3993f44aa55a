package io.holdfast.operations.backup;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.repository.Manifest;

/** A backup of files that is durable. */
public record FilesOutcome(Manifest manifest, FilesDetails details) {}
