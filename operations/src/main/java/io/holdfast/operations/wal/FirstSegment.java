package io.holdfast.operations.wal;

import io.holdfast.repository.SealedObject;
import io.holdfast.repository.SealedObjects;
import java.util.Optional;

/** Finds the first object below a server's name that says how large its segments are. */
record FirstSegment(SealedObjects objects, String server) {
  /** What comes first is also what is pruned first: it may go away before it is read. */
  private static final int ATTEMPTS = 10;

  Optional<SealedObject> find() {
    Optional<SealedObject> head = Optional.empty();
    for (int attempt = 0; attempt < ATTEMPTS && head.isEmpty(); attempt++) {
      try {
        objects.list(server, entry -> stopAt(entry.name()));
        return Optional.empty();
      } catch (Found found) {
        head = objects.find(found.name);
      }
    }
    return head;
  }

  private static void stopAt(String name) {
    if (!name.endsWith(".history")) {
      throw new Found(name);
    }
  }

  /** Ends a listing that has no other way to end early. */
  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String name;

    Found(String name) {
      super(null, null, false, false);
      this.name = name;
    }
  }
}
