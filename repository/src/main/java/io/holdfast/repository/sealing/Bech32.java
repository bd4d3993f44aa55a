package io.holdfast.repository.sealing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Bytes as text that survives being typed: Bech32 (BIP 173) without its length limit. A checksum of
 * six letters finds any typing error.
 */
final class Bech32 {
  private static final String LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  private Bech32() {}

  /** Lower case. */
  static String encode(String prefix, byte[] bytes) {
    int[] values = regroup(bytes);
    StringBuilder text = new StringBuilder(prefix).append('1');
    for (int value : values) {
      text.append(LETTERS.charAt(value));
    }
    int checksum = checksum(prefix, Arrays.copyOf(values, values.length + 6)) ^ 1;
    for (int i = 0; i < 6; i++) {
      text.append(LETTERS.charAt((checksum >>> (5 * (5 - i))) & 31));
    }
    return text.toString();
  }

  /** The {@code length} bytes, if the text is exactly what {@link #encode} makes of them. */
  static Optional<byte[]> decode(String prefix, String text, int length) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
      return Optional.empty();
    }
    int letters = (8 * length + 4) / 5;
    if (!lower.startsWith(prefix + "1") || lower.length() != prefix.length() + 1 + letters + 6) {
      return Optional.empty();
    }
    byte[] bytes = new byte[length];
    int bits = 0;
    int pending = 0;
    int at = 0;
    for (int i = 0; i < letters; i++) {
      pending = (pending << 5) | (LETTERS.indexOf(lower.charAt(prefix.length() + 1 + i)) & 31);
      bits += 5;
      if (bits >= 8 && at < length) {
        bits -= 8;
        bytes[at++] = (byte) (pending >>> bits);
      }
    }
    return encode(prefix, bytes).equals(lower) ? Optional.of(bytes) : Optional.empty();
  }

  private static int[] regroup(byte[] bytes) {
    int[] values = new int[(8 * bytes.length + 4) / 5];
    int pending = 0;
    int bits = 0;
    int at = 0;
    for (byte each : bytes) {
      pending = (pending << 8) | (each & 0xFF);
      for (bits += 8; bits >= 5; ) {
        bits -= 5;
        values[at++] = (pending >>> bits) & 31;
      }
    }
    if (bits > 0) {
      values[at] = (pending << (5 - bits)) & 31;
    }
    return values;
  }

  private static int checksum(String prefix, int[] values) {
    int sum = 1;
    for (int i = 0; i < prefix.length(); i++) {
      sum = step(sum, prefix.charAt(i) >>> 5);
    }
    sum = step(sum, 0);
    for (int i = 0; i < prefix.length(); i++) {
      sum = step(sum, prefix.charAt(i) & 31);
    }
    for (int value : values) {
      sum = step(sum, value);
    }
    return sum;
  }

  private static int step(int sum, int value) {
    int next = ((sum & 0x1FFFFFF) << 5) ^ value;
    for (int i = 0; i < 5; i++) {
      if (((sum >>> (25 + i)) & 1) == 1) {
        next ^= GENERATOR[i];
      }
    }
    return next;
  }
}
