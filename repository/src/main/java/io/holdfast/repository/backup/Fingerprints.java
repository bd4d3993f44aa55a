package io.holdfast.repository.backup;

import io.holdfast.repository.sealing.Keyring;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/** XXH64 with the repository's seed. Thread-safe. */
final class Fingerprints {
  private final XXHash64 hash = XXHashFactory.fastestInstance().hash64();
  private final long seed;

  Fingerprints(Keyring keys) {
    this.seed = keys.fingerprintSeed();
  }

  long of(byte[] bytes, int offset, int length) {
    return hash.hash(bytes, offset, length, seed);
  }
}
