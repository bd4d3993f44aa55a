package io.holdfast.repository.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.PackRef;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** How many stored bytes of which packs a backup uses; every chunk counts once. */
final class PackUsage {
  private final Map<PackRef, Use> uses = new HashMap<>();

  private static final class Use {
    private final BitSet seen = new BitSet();
    private long bytes;
  }

  void add(ChunkRef chunk) {
    Use use = uses.computeIfAbsent(chunk.pack(), pack -> new Use());
    if (!use.seen.get(chunk.number())) {
      use.seen.set(chunk.number());
      use.bytes += chunk.storedLength();
    }
  }

  boolean uses(PackRef pack) {
    return uses.containsKey(pack);
  }

  long liveBytes(PackRef pack) {
    Use use = uses.get(pack);
    return use == null ? 0 : use.bytes;
  }
}
