package io.holdfast.repository.container;

import io.holdfast.storage.ObjectKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What every seal of a container vouches for besides the frame: header and object key. */
final class AssociatedData {
  private AssociatedData() {}

  static byte[] of(byte[] header, ObjectKey key) {
    byte[] name = key.text().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(header.length + 2 + name.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header)
        .putShort((short) name.length)
        .put(name)
        .array();
  }
}
