package io.holdfast.operations.backup;

import io.holdfast.operations.changes.FileChanges;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import io.holdfast.repository.StoredFile;
import java.util.Optional;

/**
 * Decides for each file of the walk what may be taken over from the parent. WAL is believed for
 * main and init forks only: free space maps are not logged, clearing a bit of a visibility map is
 * not logged as a change of its page before 17.11 and 18.5, and the rest is no relation. All that
 * is compared. Used by one thread.
 */
final class InheritancePlan implements AutoCloseable {
  private final Basis basis;
  private final Optional<ParentFiles> parent;
  private final int blocksPerSegment;

  InheritancePlan(Basis basis, Optional<ParentFiles> parent, int blocksPerSegment) {
    this.basis = basis;
    this.parent = parent;
    this.blocksPerSegment = blocksPerSegment;
  }

  Planned plan(Entry entry) {
    if (parent.isEmpty() || entry.kind() != Entry.Kind.FILE) {
      return Planned.whole(entry);
    }
    return new Planned(entry, find(parent.get(), entry).flatMap(old -> inherited(entry, old)));
  }

  private static Optional<StoredFile> find(ParentFiles parent, Entry entry) {
    try {
      return parent.find(entry.path());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DirectoryCopy.interrupted(e);
    }
  }

  private Optional<Inherited> inherited(Entry entry, StoredFile old) {
    if (!(basis instanceof Basis.Tracked tracked) || !isTracked(entry)) {
      return Optional.of(new Inherited(old.extents(), Optional.empty()));
    }
    if (entry.size() % PageChecksum.PAGE != 0 || old.length() % PageChecksum.PAGE != 0) {
      return Optional.empty();
    }
    RelationFile relation = entry.relation().orElseThrow();
    Optional<FileChanges> changes = tracked.changes().of(relation, blocksPerSegment);
    return changes.map(known -> new Inherited(old.extents(), Optional.of(known)));
  }

  private static boolean isTracked(Entry entry) {
    Optional<Fork> fork = entry.relation().map(RelationFile::fork);
    return fork.equals(Optional.of(Fork.MAIN)) || fork.equals(Optional.of(Fork.INIT));
  }

  @Override
  public void close() {
    parent.ifPresent(ParentFiles::close);
  }
}
