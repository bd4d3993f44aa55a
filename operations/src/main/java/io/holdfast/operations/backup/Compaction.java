package io.holdfast.operations.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.PackRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps a backup from being strewn over ever more packs. What lies in packs that are mostly dead is
 * read from the server and stored anew, so the packs can go once no other backup needs them; and so
 * is a stretch of a file that lies in too many places to be restored fast. What the latter may read
 * is bounded by what changed anyway: an incremental backup never reads more than about twice of it.
 * Used by one thread.
 */
public final class Compaction {
  /** A pack of which less than this part is used is mostly dead. */
  private static final double DEAD = 0.25;

  /** Of all that is used, so much may be moved out of mostly dead packs by one backup. */
  private static final double SHARE = 0.05;

  private static final long AT_LEAST = 64L << 20;

  /** More packs than this are brought down to three quarters of it, the emptiest first. */
  private static final int PACKS = 96;

  /** A stretch is strewn if its chunks hold this many times what it uses of them. */
  private static final double SPREAD = 2;

  /** Or if its pieces are shorter than this on average. */
  private static final int SHORT = 16 << 10;

  private final Set<PackRef> evicted;
  private long changed;
  private long rewritten;

  private Compaction(Set<PackRef> evicted) {
    this.evicted = evicted;
  }

  static Compaction none() {
    return new Compaction(Set.of());
  }

  public static Compaction of(List<PackUse> packs) {
    long live = packs.stream().mapToLong(PackUse::liveBytes).sum();
    List<PackUse> emptiest = new ArrayList<>(packs);
    emptiest.sort(Comparator.comparingLong(PackUse::liveBytes));
    Set<PackRef> evicted = new HashSet<>();
    long budget = Math.max(AT_LEAST, (long) (live * SHARE));
    for (PackUse pack : emptiest) {
      if (pack.liveBytes() < pack.size() * DEAD && pack.liveBytes() <= budget) {
        evicted.add(pack.pack());
        budget -= pack.liveBytes();
      }
    }
    int bound = bound(packs);
    if (packs.size() - evicted.size() > bound) {
      for (PackUse pack : emptiest) {
        if (packs.size() - evicted.size() > bound * 3 / 4) {
          evicted.add(pack.pack());
        }
      }
    }
    return new Compaction(evicted);
  }

  /** A cluster that fills hundreds of packs by itself has to have them. */
  private static int bound(List<PackUse> packs) {
    long live = packs.stream().mapToLong(PackUse::liveBytes).sum();
    long largest = packs.stream().mapToLong(PackUse::size).max().orElse(1);
    return (int) Math.max(PACKS, 4 * live / Math.max(1, largest));
  }

  /** Packs from which nothing is inherited. */
  public Set<PackRef> evicted() {
    return evicted;
  }

  /** So many bytes have to be read because they changed. */
  void changed(long bytes) {
    changed += bytes;
  }

  /**
   * Whether a stretch should be read and stored as a whole.
   *
   * @param extents of the parent
   * @param length bytes of it
   */
  boolean rewrites(List<Extent> extents, long length) {
    if (rewritten + length > changed || !isStrewn(extents, length)) {
      return false;
    }
    rewritten += length;
    return true;
  }

  private static boolean isStrewn(List<Extent> extents, long length) {
    if (extents.size() > 1 && extents.size() > length / SHORT) {
      return true;
    }
    Set<ChunkRef> seen = new HashSet<>();
    long raw = 0;
    for (Extent extent : extents) {
      if (extent instanceof Extent.Slice slice && seen.add(slice.chunk())) {
        raw += slice.chunk().rawLength();
      }
    }
    return raw > SPREAD * length + ChunkFiller.CHUNK;
  }
}
