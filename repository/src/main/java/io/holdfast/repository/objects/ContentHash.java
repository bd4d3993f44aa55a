package io.holdfast.repository.objects;

import io.holdfast.repository.format.ObjectHeadFormat;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * What content is, found by going through it once.
 *
 * @param crc32c cheap enough to be computed again, to see that the second pass met the same bytes
 */
record ContentHash(long length, String sha256, long crc32c) {
  static ContentHash of(Content content) {
    MessageDigest sha256 = newSha256();
    CRC32C crc = new CRC32C();
    long[] total = {0};
    content.pieces(
        ObjectHeadFormat.FRAME,
        (bytes, offset, length) -> {
          sha256.update(bytes, offset, length);
          crc.update(bytes, offset, length);
          total[0] += length;
        });
    return new ContentHash(total[0], hex(sha256), crc.getValue());
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
