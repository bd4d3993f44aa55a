package io.holdfast.operations.verify;

import io.holdfast.repository.ChunkRef;

/** Chooses a share of the chunks, the same ones for the same seed, without remembering any. */
record Sample(double share, long seed) {
  boolean takes(ChunkRef chunk) {
    if (share >= 1) {
      return true;
    }
    long mixed =
        mix(
            seed
                ^ mix(chunk.pack().id().getMostSignificantBits())
                ^ mix(chunk.pack().id().getLeastSignificantBits() + chunk.number()));
    return (mixed >>> 11) * 0x1p-53 < share;
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
