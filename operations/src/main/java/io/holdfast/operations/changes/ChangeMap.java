package io.holdfast.operations.changes;

import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stretch of WAL changed, gathered in the order of the log. Memory: bounded; a map that
 * would need more says that it does not know. Not thread-safe; what {@link #of} returned may be
 * read by any thread once nothing is added any more.
 */
public final class ChangeMap {
  /** Some 100,000 changed relations or 350,000 dropped ones, or 15 million scattered blocks. */
  static final long MAX_BYTES = 32L << 20;

  /** For a segment whose changes are noted while it is archived, beside others. */
  static final long MAX_BYTES_OF_SEGMENT = 8L << 20;

  /** Key and map entry. */
  private static final int FORK_BYTES = 96;

  /** Blocks are weighed anew after so many, which need 16 MiB at most. */
  private static final int MARKS_BETWEEN = 1 << 20;

  private final long maxBytes;
  private final Map<ForkKey, ForkChanges> forks = new HashMap<>();
  private final Set<Directory> resets = new HashSet<>();
  private Optional<String> unknown = Optional.empty();
  private boolean tooLarge;
  private int marks;

  /** At most, by what was appended since it was weighed. */
  private long mayWeigh;

  /** Records come in runs that change the same few files. */
  private @Nullable ForkKey lastKey;

  private @Nullable ForkChanges last;

  ChangeMap() {
    this(MAX_BYTES);
  }

  ChangeMap(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  Map<ForkKey, ForkChanges> forks() {
    return forks;
  }

  Set<Directory> resets() {
    return resets;
  }

  /** Whether a database was created, copied, moved or dropped, or nobody knows. */
  public boolean mayHaveResets() {
    return unknown.isPresent() || !resets.isEmpty();
  }

  /** Why nothing can be concluded from this map; empty if all of it is known. */
  public Optional<String> unknown() {
    return unknown;
  }

  /** Whether it does not know because it would have needed too much memory. */
  boolean isTooLarge() {
    return tooLarge;
  }

  void mark(int tablespace, int database, int relation, int fork, int block) {
    if (unknown.isEmpty()) {
      fork(tablespace, database, relation, fork).mark(block);
      if (++marks == MARKS_BETWEEN) {
        marks = 0;
        requireBounded();
      }
    }
  }

  void truncate(int tablespace, int database, int relation, int fork, long blocks) {
    if (unknown.isEmpty()) {
      fork(tablespace, database, relation, fork).truncate(blocks);
    }
  }

  private ForkChanges fork(int tablespace, int database, int relation, int fork) {
    ForkKey key = lastKey;
    ForkChanges known = last;
    if (known == null || key == null || !key.is(tablespace, database, relation, fork)) {
      key = new ForkKey(tablespace, database, relation, fork);
      known = fork(key);
      lastKey = key;
      last = known;
    }
    return known;
  }

  private ForkChanges fork(ForkKey key) {
    ForkChanges known = forks.get(key);
    if (known == null) {
      known = new ForkChanges();
      forks.put(key, known);
      if ((long) forks.size() * FORK_BYTES > maxBytes) {
        giveUp();
      }
    }
    return known;
  }

  void reset(Directory directory) {
    if (unknown.isEmpty()) {
      resets.add(directory);
    }
  }

  /** The first reason stays. */
  void unknown(String why) {
    if (unknown.isEmpty()) {
      unknown = Optional.of(why);
      forks.clear();
      resets.clear();
      lastKey = null;
      last = null;
    }
  }

  /** Adds what happened after all that is here. */
  void append(ChangeMap later) {
    later.unknown.ifPresent(this::unknown);
    if (unknown.isPresent()) {
      return;
    }
    resets.addAll(later.resets);
    for (Map.Entry<ForkKey, ForkChanges> each : later.forks.entrySet()) {
      if (unknown.isPresent()) {
        return;
      }
      fork(each.getKey()).append(each.getValue());
    }
    mayWeigh += later.weigh();
    if (mayWeigh > maxBytes) {
      requireBounded();
    }
  }

  private void requireBounded() {
    mayWeigh = weigh();
    if (mayWeigh > maxBytes) {
      giveUp();
    }
  }

  private long weigh() {
    return forks.values().stream().mapToLong(each -> FORK_BYTES + each.size()).sum();
  }

  private void giveUp() {
    tooLarge = true;
    unknown("so much changed that a list of it would not fit into memory");
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
