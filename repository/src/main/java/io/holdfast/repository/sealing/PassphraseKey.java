package io.holdfast.repository.sealing;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.KeySlotFormat.Wrapping;
import io.holdfast.storage.ObjectKey;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** The wrapping key of a passphrase: Argon2id, version 0x13. */
final class PassphraseKey {
  private static final int MEMORY_KIB = 32 << 10;
  private static final int ITERATIONS = 3;

  /** Bounds: a forged slot must not make us run out of memory or compute for hours. */
  private static final int MAX_MEMORY_KIB = 64 << 10;

  private static final int MAX_ITERATIONS = 32;
  private static final int MAX_PARALLELISM = 8;

  private PassphraseKey() {}

  static Wrapping.Argon2id fresh() {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    return new Wrapping.Argon2id(MEMORY_KIB, ITERATIONS, 1, salt);
  }

  static byte[] derive(ObjectKey slot, Wrapping.Argon2id kdf, byte[] passphrase) {
    requireBounds(slot, kdf);
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(kdf.memoryKiB())
            .withIterations(kdf.iterations())
            .withParallelism(kdf.parallelism())
            .withSalt(kdf.salt())
            .build());
    byte[] key = new byte[32];
    generator.generateBytes(passphrase, key);
    return key;
  }

  private static void requireBounds(ObjectKey slot, Wrapping.Argon2id kdf) {
    boolean within =
        kdf.memoryKiB() >= 8 * kdf.parallelism()
            && kdf.memoryKiB() <= MAX_MEMORY_KIB
            && kdf.iterations() >= 1
            && kdf.iterations() <= MAX_ITERATIONS
            && kdf.parallelism() >= 1
            && kdf.parallelism() <= MAX_PARALLELISM;
    if (!within) {
      throw RepositoryDamagedException.of(
          slot,
          "Argon2id with at most "
              + MAX_MEMORY_KIB
              + " KiB, "
              + MAX_ITERATIONS
              + " iterations and parallelism "
              + MAX_PARALLELISM,
          kdf.memoryKiB() + " KiB, " + kdf.iterations() + ", " + kdf.parallelism());
    }
  }
}
