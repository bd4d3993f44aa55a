package io.holdfast.repository.sealing;

import java.util.UUID;

/**
 * Seals and opens the frames of one container after the other. Used by one thread; keeps its cipher
 * between frames.
 */
public interface Sealer {
  /** Length of a seal. */
  int SEAL = 16;

  /** Turns to another container: derives its key; {@code associated} goes before every frame's. */
  void begin(UUID container, byte[] associated);

  /**
   * Seals {@code length} bytes as frame {@code number}: content, then seal, to {@code out}. A
   * number is used once per container.
   *
   * @param clear bytes that are authenticated too: the frame header
   */
  void seal(int number, Span clear, Span content, byte[] out, int at);

  /**
   * Opens content and seal into {@code out}.
   *
   * @return false if they are not what was sealed here under this number; {@code out} is garbage
   */
  boolean open(int number, Span clear, Span sealed, byte[] out, int at);

  /** Some bytes of an array. */
  record Span(byte[] bytes, int offset, int length) {}
}
