package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.SealedObjects.Put;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The WAL of one server in the repository. What PostgreSQL calls a segment lies here under the same
 * name; of a segment that is not complete yet there are parts, which together give its beginning.
 * Every put is durable on return. Thread-safe, holds nothing between calls.
 */
public final class WalArchive {
  private WalArchive() {}

  /** The archive of the server with that identity; nothing need be there yet. */
  public static WalArchive of(ClusterArchive cluster, long systemIdentifier, int segmentSize) {
    throw new UnsupportedOperationException("not yet");
  }

  /** As above, with the segment size told by what lies there; empty if nothing does. */
  public static Optional<WalArchive> find(ClusterArchive cluster, long systemIdentifier) {
    throw new UnsupportedOperationException("not yet");
  }

  /** System identifiers that have WAL in the cluster's archive; more than one after an upgrade. */
  public static List<Long> systemIdentifiers(ClusterArchive cluster) {
    throw new UnsupportedOperationException("not yet");
  }

  public long systemIdentifier() {
    throw new UnsupportedOperationException("not yet");
  }

  public int segmentSize() {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Stores a whole segment. The same bytes again are success.
   *
   * @throws io.holdfast.repository.DifferentContentException if the archive holds other bytes
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if the file is not that segment of
   *     this server: size, version, system identifier, timeline or address do not fit
   */
  public Put put(WalSegment segment, Path content) {
    throw new UnsupportedOperationException("not yet");
  }

  /** As above, for whole bytes in memory. */
  public Put put(WalSegment segment, byte[] content) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Stores a history file after reading it. */
  public Put putHistory(int timeline, byte[] content) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Stores bytes of an unfinished segment that were not stored before.
   *
   * @param from offset in the segment of the first byte
   */
  public Put putPart(
      WalSegment segment, int from, byte[] bytes, int offset, int length, WalFacts facts) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Removes the parts of a segment that is there as a whole. */
  public void deleteParts(WalSegment segment) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Stores any file that PostgreSQL archives, by its name; the rules above hold for each kind. */
  public Put putFile(String name, Path content) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Whether a file can be fetched, whole or from parts. Reads no content.
   *
   * @param name of a segment, history, {@code .backup} or {@code .partial} file
   */
  public boolean has(String name) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Writes a file. A segment has its full size always: if only its beginning is in the archive the
   * rest is zeros, where recovery stops cleanly.
   *
   * @return empty if the archive, having been asked, has nothing under the name; nothing was
   *     written then
   * @throws io.holdfast.vocabulary.HoldfastException for everything else: never mistaken for
   *     missing
   */
  public Optional<FetchedWal> fetch(String name, OutputStream to) {
    throw new UnsupportedOperationException("not yet");
  }

  /** As above, into a file that appears whole and fsynced, or not at all. */
  public Optional<FetchedWal> fetch(String name, Path to) {
    throw new UnsupportedOperationException("not yet");
  }

  /** What lies there, timeline by timeline in name order. Reads names only. */
  public void list(Consumer<WalItem> consumer) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Timelines that have anything, ascending. */
  public List<Integer> timelines() {
    throw new UnsupportedOperationException("not yet");
  }

  /** The ancestors of a timeline. Timeline 1 has none; empty if the history file is missing. */
  public Optional<TimelineHistory> history(int timeline) {
    throw new UnsupportedOperationException("not yet");
  }

  /** What of a timeline's own files is there without holes, ascending. Reads names only. */
  public List<WalRange> ranges(int timeline) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * What can be replayed along a path without holes, ascending: each timeline up to where it was
   * left, and the first segment of a child also stands for its parent's last one, of which it holds
   * a copy. The timeline of a returned range is the one at its end.
   */
  public List<WalRange> coverage(TimelineHistory path) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Whether everything from {@code from} up to {@code to} along the path is there. */
  public boolean covers(TimelineHistory path, Lsn from, Lsn to) {
    throw new UnsupportedOperationException("not yet");
  }

  /** What of it is missing along the path, ascending; empty if nothing is. */
  public List<WalGap> missing(TimelineHistory path, Lsn from, Lsn to) {
    throw new UnsupportedOperationException("not yet");
  }

  /** How far WAL goes without a hole along the path; {@code from} itself if it is not there. */
  public Lsn reach(TimelineHistory path, Lsn from) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Holes in what was archived, timeline by timeline. */
  public List<WalGap> gaps() {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * When the last transaction committed that ends before {@code end} on the timeline; looks back
   * over a few segments and is empty if none of them has a commit.
   */
  public Optional<Instant> lastCommitTime(int timeline, Lsn end) {
    throw new UnsupportedOperationException("not yet");
  }

  /** What a whole segment, or its parts together, told when it was stored. Reads heads only. */
  public Optional<WalFacts> facts(WalSegment segment) {
    throw new UnsupportedOperationException("not yet");
  }
}
