package io.holdfast.operations.backup;

import io.holdfast.postgres.ClusterFiles.Entry;
import java.util.Optional;

/**
 * An entry of the walk, and what may be taken over of it.
 *
 * @param parent empty if it has to be read and stored as a whole
 */
record Planned(Entry entry, Optional<Inherited> parent) {
  static Planned whole(Entry entry) {
    return new Planned(entry, Optional.empty());
  }
}
