package io.holdfast.repository.container;

/** Arrays that grow with what is put into them and are then used again. */
public final class Buffers {
  private static final int STEP = 64 << 10;

  private Buffers() {}

  /** The array itself if it is long enough, else a new one; content is not kept. */
  public static byte[] atLeast(byte[] array, int length) {
    return array.length >= length ? array : new byte[(length + STEP - 1) / STEP * STEP];
  }
}
