package io.holdfast.operations.backup;

import io.holdfast.operations.changes.ChangeMap;
import io.holdfast.repository.Manifest;
import java.util.List;
import java.util.Optional;

/** What a backup builds on, and why just that. */
sealed interface Basis {
  /** For a person: a sentence without a full stop. */
  String why();

  /** As it stands in the manifest's details. */
  String foundBy();

  Optional<Manifest> parent();

  /** The same with another reason. */
  Basis because(String why);

  /**
   * Names the newest of the backups that could not be built on, if there are any: that the backup
   * succeeds all the same must not hide that an earlier one is damaged.
   *
   * @param newestFirst a sentence about each
   */
  default Basis passingOver(List<String> newestFirst) {
    return newestFirst.isEmpty()
        ? this
        : because(
            why()
                + "; passed over: "
                + newestFirst.getFirst()
                + (newestFirst.size() == 1 ? "" : ", and " + (newestFirst.size() - 1) + " more"));
  }

  /** Everything is read and stored. */
  record Nothing(String why) implements Basis {
    @Override
    public Basis because(String because) {
      return new Nothing(because);
    }

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
    public Basis because(String because) {
      return new Tracked(from, changes, because);
    }

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
    public Basis because(String because) {
      return new Scan(from, because);
    }

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
