package io.holdfast.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The version of small content for sites that keep no versions themselves: its SHA-256 in hex. The
 * same content again is the same version again, so whoever relies on {@link Storage#replace} puts
 * something that never comes back (a random token, a counter) into the content.
 */
public final class Version {
  private Version() {}

  public static String of(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
