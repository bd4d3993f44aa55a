package io.holdfast.repository;

import java.util.function.BiPredicate;

/**
 * How one site is brought to hold what another one holds.
 *
 * @param documents whether documents of the destination become those of the source; otherwise only
 *     missing ones are copied
 * @param whole what a backup needs besides its packs, asked of the destination's part of the
 *     cluster before the backup is announced there
 * @param jobs how many objects are copied at once
 */
public record SyncRequest(
    boolean documents, BiPredicate<ClusterArchive, Manifest> whole, int jobs, Watcher watcher) {
  /** Told by many threads. */
  public interface Watcher {
    /** Called before that many bytes are read; may wait. */
    void before(long bytes) throws InterruptedException;

    /** A cluster is begun, of which that much is to be copied. */
    void begin(String cluster, long bytes);

    void copied(long bytes);
  }
}
