package io.holdfast.operations.retention;

import io.holdfast.operations.notes.Removal;

/** A backup that was removed and lies there still. */
public record Waiting(Contender backup, Removal removal) {}
