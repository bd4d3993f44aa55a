package io.holdfast.operations.dumping;

import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.repository.Manifest;

/** A logical backup that is durable. Whoever shows it must show what could not be saved. */
public record LogicalOutcome(Manifest manifest, LogicalDetails details) {}
