package io.holdfast.repository.sealing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) over keys of 32 bytes as the RFC writes them. */
final class X25519 {
  private static final byte[] BASE_POINT = new byte[32];

  static {
    BASE_POINT[0] = 9;
  }

  private X25519() {}

  static byte[] newPrivateKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }

  static byte[] publicKey(byte[] privateKey) {
    return agree(privateKey, BASE_POINT)
        .orElseThrow(() -> new IllegalStateException("the base point is of full order"));
  }

  /** The shared secret; empty for a public key of small order, with which nothing is secret. */
  static Optional<byte[]> agree(byte[] privateKey, byte[] publicKey) {
    try {
      KeyFactory keys = KeyFactory.getInstance("X25519");
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey)));
      agreement.doPhase(
          keys.generatePublic(
              new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(publicKey))),
          true);
      return Optional.of(agreement.generateSecret());
    } catch (InvalidKeyException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("X25519 is part of every Java", e);
    }
  }

  private static BigInteger coordinate(byte[] littleEndian) {
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[31 - i] = littleEndian[i];
    }
    bigEndian[0] &= 0x7F;
    return new BigInteger(1, bigEndian);
  }
}
