package io.holdfast.repository.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The values of a JSON file as bytes that a checksum or a seal can vouch for, whatever the spaces
 * and the order in the file: each value as its length (4 bytes) and its UTF-8 text.
 */
public final class CanonicalFields {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public CanonicalFields add(Object value) {
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    byte[] length = new byte[4];
    LittleEndian.putInt(length, 0, text.length);
    bytes.writeBytes(length);
    bytes.writeBytes(text);
    return this;
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }

  /** The first 16 bytes of their SHA-256, in hex. */
  public String checksum() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes());
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }
}
