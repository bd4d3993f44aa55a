package io.holdfast.operations.backup;

import io.holdfast.operations.changes.FileChanges;
import io.holdfast.repository.Extent;
import java.util.List;
import java.util.Optional;

/**
 * What there is of a file, or of a stretch of it, in the parent.
 *
 * @param extents from the beginning of the stretch on; may end before it does
 * @param changes what WAL says became of the file since; empty if that has to be found by comparing
 */
record Inherited(List<Extent> extents, Optional<FileChanges> changes) {
  long length() {
    return extents.stream().mapToLong(Extent::length).sum();
  }
}
