package io.holdfast.repository.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.UUID;

/** Numbers in byte arrays as every format of the repository writes them. */
public final class LittleEndian {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle NETWORK_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private LittleEndian() {}

  public static int getInt(byte[] from, int at) {
    return (int) INT.get(from, at);
  }

  public static void putInt(byte[] into, int at, int value) {
    INT.set(into, at, value);
  }

  public static long getLong(byte[] from, int at) {
    return (long) LONG.get(from, at);
  }

  public static void putLong(byte[] into, int at, long value) {
    LONG.set(into, at, value);
  }

  /** A UUID has an order of its own: the 16 bytes in the order in which it is printed. */
  public static UUID getUuid(byte[] from, int at) {
    return new UUID((long) NETWORK_LONG.get(from, at), (long) NETWORK_LONG.get(from, at + 8));
  }

  public static void putUuid(byte[] into, int at, UUID value) {
    NETWORK_LONG.set(into, at, value.getMostSignificantBits());
    NETWORK_LONG.set(into, at + 8, value.getLeastSignificantBits());
  }

  public static byte[] bytes(UUID value) {
    byte[] bytes = new byte[16];
    putUuid(bytes, 0, value);
    return bytes;
  }
}
