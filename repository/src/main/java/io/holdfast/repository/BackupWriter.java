package io.holdfast.repository;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A backup in the making: first chunks through sinks, meanwhile the files in path order, at the end
 * one commit. Closing without commit removes what was written; a killed process leaves packs that
 * no manifest names, which {@link ClusterArchive#orphans} finds.
 */
public interface BackupWriter extends AutoCloseable {
  BackupId id();

  /** A sink for one worker thread. */
  ChunkSink openSink();

  /** Where streams of this repository are cut. */
  ContentCutter cutter();

  /**
   * Adds the next entry; paths must ascend (by their bytes) and chunks must come from this writer's
   * sinks or from backups that {@link #inheriting} named. Called by one thread at a time.
   */
  void add(StoredFile file);

  /** Declares a parent whose chunks may be named by {@link #add}, wherever they lie. */
  default void inheriting(Manifest parent) {
    inheriting(parent, Set.of());
  }

  /**
   * Declares a parent whose chunks may be named by {@link #add}. Its sections are named too where
   * this backup has the same ones, instead of being written again. To be called before the first
   * entry is added.
   *
   * @param evicted packs of the parent that this backup gives up: no chunk in them may be named by
   *     {@link #add}, and sections in them are written anew, so that these packs can go with the
   *     backups that still name them
   */
  void inheriting(Manifest parent, Set<PackRef> evicted);

  /**
   * What else must be on a further site before the backup is announced there, in the words of
   * whoever knows what it needs besides its packs; asked of each such site by itself.
   */
  void requiring(Predicate<ClusterArchive> onEverySite);

  /** Stored bytes so far, for progress. Any thread. */
  long bytesStored();

  /**
   * Writes the last section, makes every pack durable, then creates the manifest: that write is the
   * commit. Checks {@code fence} (the lease) directly before it. Of several sites the first one is
   * meant; then the manifest goes to the others, as far as they hold all that it names.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if anything is not durable; then no backup
   *     exists, unless it was a required further site that failed: then that one lacks it
   */
  Manifest commit(Commit commit, Runnable fence);

  /** What the caller knows and the writer cannot. */
  record Commit(
      String kind,
      Optional<BackupId> parent,
      Instant started,
      Instant finished,
      long bytesRead,
      JsonNode details) {}

  @Override
  void close();
}
