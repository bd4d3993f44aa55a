package io.holdfast.repository;

import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * How one site is brought to hold what another one holds.
 *
 * @param documents whether documents of the destination become those of the source; otherwise only
 *     missing ones are copied
 * @param choice of each cluster, what is brought: asked once, with the cluster at the source and at
 *     the destination
 * @param whole what a backup needs besides its packs, asked of the destination's part of the
 *     cluster before the backup is announced there
 * @param jobs how many objects are copied at once
 */
public record SyncRequest(
    boolean documents,
    BiFunction<ClusterArchive, ClusterArchive, Choice> choice,
    BiPredicate<ClusterArchive, Manifest> whole,
    int jobs,
    Watcher watcher) {
  /** What the destination wants of what it lacks. */
  public interface Choice {
    Choice ALL =
        new Choice() {
          @Override
          public boolean wants(BackupId backup) {
            return true;
          }

          @Override
          public boolean wants(String area, String name) {
            return true;
          }
        };

    boolean wants(BackupId backup);

    /** Of an object that belongs to no backup; see {@link ClusterArchive#objects}. */
    boolean wants(String area, String name);
  }

  /** Told by many threads. */
  public interface Watcher {
    /** Called before that many bytes are read; may wait. */
    void before(long bytes) throws InterruptedException;

    /** A cluster is begun, of which that much is to be copied. */
    void begin(String cluster, long bytes);

    void copied(long bytes);
  }
}
