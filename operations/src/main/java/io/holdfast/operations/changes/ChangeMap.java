package io.holdfast.operations.changes;

import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a stretch of WAL changed, gathered in the order of the log. Memory: bounded by {@link
 * #MAX_BYTES}; a map that would need more says that it does not know. Not thread-safe; what {@link
 * #of} returned may be read by any thread once nothing is added any more.
 */
public final class ChangeMap {
  /** Some 100,000 relations, or 150 million scattered blocks. */
  static final long MAX_BYTES = 32L << 20;

  /** Key, map entry, and a bitmap with its first container. */
  private static final int FORK_BYTES = 320;

  private final Map<ForkKey, ForkChanges> forks = new HashMap<>();
  private final Set<Directory> resets = new HashSet<>();
  private Optional<String> unknown = Optional.empty();

  Map<ForkKey, ForkChanges> forks() {
    return forks;
  }

  Set<Directory> resets() {
    return resets;
  }

  /** Why nothing can be concluded from this map; empty if all of it is known. */
  public Optional<String> unknown() {
    return unknown;
  }

  void mark(int tablespace, int database, int relation, int fork, int block) {
    fork(new ForkKey(tablespace, database, relation, fork)).mark(block);
  }

  void truncate(int tablespace, int database, int relation, int fork, long blocks) {
    fork(new ForkKey(tablespace, database, relation, fork)).truncate(blocks);
  }

  private ForkChanges fork(ForkKey key) {
    return forks.computeIfAbsent(key, each -> new ForkChanges());
  }

  void reset(Directory directory) {
    resets.add(directory);
  }

  /** The first reason stays. */
  void unknown(String why) {
    if (unknown.isEmpty()) {
      unknown = Optional.of(why);
    }
  }

  /** Adds what happened after all that is here. */
  void append(ChangeMap later) {
    later.unknown.ifPresent(this::unknown);
    if (unknown.isPresent()) {
      return;
    }
    later.forks.forEach((key, changes) -> fork(key).append(changes));
    resets.addAll(later.resets);
    requireBounded();
  }

  private void requireBounded() {
    long size = (long) forks.size() * FORK_BYTES;
    if (size < MAX_BYTES) {
      size += forks.values().stream().mapToLong(ForkChanges::size).sum();
    }
    if (size > MAX_BYTES) {
      unknown("so much changed that a list of it would not fit into memory");
      forks.clear();
      resets.clear();
    }
  }

  /**
   * What happened to a file of a main or init fork.
   *
   * @return empty if the file is new, or its directory is: nothing older is of use
   */
  public Optional<FileChanges> of(RelationFile file, int blocksPerSegment) {
    if (resets.contains(new Directory(file.tablespace(), file.database()))) {
      return Optional.empty();
    }
    int fork = file.fork().equals(Fork.INIT) ? 3 : 0;
    ForkChanges changes =
        forks.get(new ForkKey(file.tablespace(), file.database(), (int) file.relation(), fork));
    if (changes == null) {
      return Optional.of(FileChanges.nothing());
    }
    long firstBlock = (long) file.segment() * blocksPerSegment;
    return Optional.of(FileChanges.of(changes, firstBlock)).filter(each -> !each.isNew());
  }

  /** Whether a backup that goes by this map reads that block of that file, or has no use for it. */
  public boolean accountsFor(RelationFile file, int blocksPerSegment, long block) {
    return of(file, blocksPerSegment)
        .map(changes -> block >= changes.limit() || changes.nextChanged(block, block + 1) == block)
        .orElse(true);
  }
}
