package io.holdfast.s3.objects;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;

/** CRC-32 as S3 writes it. The store refuses a body that does not fit it. */
final class Checksum {
  private Checksum() {}

  static String of(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
  }
}
