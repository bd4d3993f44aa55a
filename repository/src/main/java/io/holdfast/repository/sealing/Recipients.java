package io.holdfast.repository.sealing;

import io.holdfast.repository.KeyPairText;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** X25519 keys as text: {@code hfpub1…} and {@code HOLDFAST-SECRET-KEY-1…}, both Bech32. */
public final class Recipients {
  private static final String PUBLIC = "hfpub";
  private static final String PRIVATE = "holdfast-secret-key-";

  private Recipients() {}

  public static KeyPairText generate() {
    byte[] privateKey = X25519.newPrivateKey();
    byte[] text =
        Bech32.encode(PRIVATE, privateKey)
            .toUpperCase(Locale.ROOT)
            .getBytes(StandardCharsets.US_ASCII);
    try {
      return new KeyPairText(format(X25519.publicKey(privateKey)), Secret.copyOf(text));
    } finally {
      Arrays.fill(privateKey, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  static String format(byte[] publicKey) {
    return Bech32.encode(PUBLIC, publicKey);
  }

  /** The public key, as text, of a private one. */
  public static String publicKey(Secret privateKey) {
    byte[] bytes = parsePrivate(privateKey);
    try {
      return format(X25519.publicKey(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  static byte[] parsePublic(String text) {
    return Bech32.decode(PUBLIC, text.strip(), 32)
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "could not use the recipient '"
                    + text.strip()
                    + "': expected a public key hfpub1…, found another text or a typing error",
                "`holdfast key generate` prints a pair of keys; give the public one here."));
  }

  static byte[] parsePrivate(Secret text) {
    byte[] bytes = text.bytes();
    try {
      String words = new String(bytes, StandardCharsets.ISO_8859_1).strip();
      return Bech32.decode(PRIVATE, words, 32)
          .orElseThrow(() ->
              new HoldfastException(
                  ExitStatus.USAGE,
                  "could not use the private key: expected HOLDFAST-SECRET-KEY-1…, found"
                      + " another text or a typing error",
                  "Give the private key as `holdfast key generate` printed it."));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
