package io.holdfast.operations.status;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which names there are, in eight bytes each: enough to count what one site has and another one
 * lacks, and not to say which it is.
 */
final class NameHashes {
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long[] hashes = new long[64];
  private int count;
  private boolean sorted;

  void add(String name) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
    }
    hashes[count++] = hash(name);
    sorted = false;
  }

  /** FNV-1a, 64 bits. */
  private static long hash(String name) {
    long hash = BASIS;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * PRIME;
    }
    return hash;
  }

  /** How many of the other's names are not among these. */
  long lacksOf(NameHashes other) {
    sort();
    return IntStream.range(0, other.count)
        .filter(i -> Arrays.binarySearch(hashes, 0, count, other.hashes[i]) < 0)
        .count();
  }

  private void sort() {
    if (!sorted) {
      Arrays.sort(hashes, 0, count);
      sorted = true;
    }
  }
}
