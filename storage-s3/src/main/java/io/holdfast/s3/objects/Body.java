package io.holdfast.s3.objects;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * What a request carries.
 *
 * @param pieces all full but the last; not copied, and not to be changed before the answer
 */
record Body(List<byte[]> pieces, int length) {
  private static final String BYTES = "application/octet-stream";

  static Body of(byte[] content) {
    return new Body(List.of(content), content.length);
  }

  /** CRC-32 as S3 writes it. The store refuses a body that does not fit it. */
  String checksum() {
    CRC32 crc = new CRC32();
    int left = length;
    for (byte[] piece : pieces) {
      int step = Math.min(left, piece.length);
      crc.update(piece, 0, step);
      left -= step;
    }
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
  }

  RequestBody request() {
    return RequestBody.fromContentProvider(this::stream, length, BYTES);
  }

  private InputStream stream() {
    List<InputStream> streams = new ArrayList<>();
    int left = length;
    for (byte[] piece : pieces) {
      int step = Math.min(left, piece.length);
      streams.add(new ByteArrayInputStream(piece, 0, step));
      left -= step;
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }
}
