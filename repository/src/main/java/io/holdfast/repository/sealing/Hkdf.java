package io.holdfast.repository.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF-SHA256 (RFC 5869), always extract and expand, with a purpose in clear words. */
final class Hkdf {
  private Hkdf() {}

  /** 32 bytes (or {@code length}) for {@code purpose} followed by the context. */
  static byte[] derive(byte[] secret, byte[] salt, int length, String purpose, byte[]... context) {
    try {
      HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(secret);
      if (salt.length > 0) {
        extract = extract.addSalt(salt);
      }
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(extract.thenExpand(info(purpose, context), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF-SHA256 is part of every Java 25", e);
    }
  }

  private static byte[] info(String purpose, byte[][] context) {
    byte[] words = purpose.getBytes(StandardCharsets.US_ASCII);
    int length = words.length;
    for (byte[] part : context) {
      length += part.length;
    }
    ByteBuffer info = ByteBuffer.allocate(length).put(words);
    for (byte[] part : context) {
      info.put(part);
    }
    return info.array();
  }
}
