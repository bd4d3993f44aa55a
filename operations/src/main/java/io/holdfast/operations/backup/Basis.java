package io.holdfast.operations.backup;

import io.holdfast.operations.changes.ChangeMap;
import io.holdfast.repository.Manifest;
import java.util.Optional;

/** What a backup builds on, and why just that. */
sealed interface Basis {
  /** For a person: a sentence without a full stop. */
  String why();

  /** As it stands in the manifest's details. */
  String foundBy();

  Optional<Manifest> parent();

  /** Everything is read and stored. */
  record Nothing(String why) implements Basis {
    @Override
    public String foundBy() {
      return "full";
    }

    @Override
    public Optional<Manifest> parent() {
      return Optional.empty();
    }
  }

  /**
   * WAL says which pages changed; only those are read.
   *
   * @param changes from the parent's start to the start of this backup
   */
  record Tracked(Manifest from, ChangeMap changes, String why) implements Basis {
    @Override
    public String foundBy() {
      return "tracked";
    }

    @Override
    public Optional<Manifest> parent() {
      return Optional.of(from);
    }
  }

  /** Everything is read and compared with the parent; what differs is stored. */
  record Scan(Manifest from, String why) implements Basis {
    @Override
    public String foundBy() {
      return "scan";
    }

    @Override
    public Optional<Manifest> parent() {
      return Optional.of(from);
    }
  }
}
