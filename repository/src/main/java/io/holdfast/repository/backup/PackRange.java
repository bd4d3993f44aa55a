package io.holdfast.repository.backup;

import io.holdfast.repository.ChunkRef;
import java.util.List;

/**
 * Neighbouring chunks of a pack that are fetched together.
 *
 * @param chunks in ascending order, perhaps with small gaps
 * @param start of the first one in the pack
 * @param length up to the end of the last one, bytes
 */
record PackRange(List<ChunkRef> chunks, long start, int length) {
  int firstNumber() {
    return chunks.getFirst().number();
  }
}
