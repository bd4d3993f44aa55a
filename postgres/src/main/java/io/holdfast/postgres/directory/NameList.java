package io.holdfast.postgres.directory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names in one directory, ordered by their bytes. Packed, at some 12 bytes a name: a database
 * may hold millions of files.
 */
public final class NameList {
  private byte[] bytes = new byte[1024];
  private int[] starts = new int[64];
  private int count;
  private int used;

  /** Adds a name of one char per byte. */
  public void add(String name) {
    int length = name.length();
    if (used > Integer.MAX_VALUE - 16 - length) {
      throw new OutOfMemoryError("a directory with too many names");
    }
    if (used + length + 1 > bytes.length) {
      bytes = Arrays.copyOf(bytes, grown(bytes.length, used + length + 1));
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, grown(count, count + 1));
    }
    starts[count++] = used;
    byte[] raw = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(raw, 0, bytes, used, length);
    used += length;
    bytes[used++] = 0; // no name holds one, and it sorts first
  }

  public int size() {
    return count;
  }

  /** After {@link #sort}, by order. */
  public String get(int index) {
    int start = starts[index];
    return new String(bytes, start, end(start) - start, StandardCharsets.ISO_8859_1);
  }

  public void sort() {
    int[] spare = new int[count];
    mergeSort(starts, spare, 0, count);
  }

  /** After {@link #sort}. */
  public boolean contains(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.ISO_8859_1);
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int start = starts[middle];
      int order = Arrays.compareUnsigned(bytes, start, end(start), wanted, 0, wanted.length);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  private void mergeSort(int[] order, int[] spare, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(order, spare, from, middle);
    mergeSort(order, spare, middle, to);
    if (compare(order[middle - 1], order[middle]) <= 0) {
      return;
    }
    System.arraycopy(order, from, spare, from, middle - from);
    int left = from;
    int right = middle;
    for (int out = from; left < middle; out++) {
      boolean takeRight = right < to && compare(order[right], spare[left]) < 0;
      order[out] = takeRight ? order[right++] : spare[left++];
    }
  }

  private int compare(int a, int b) {
    int i = 0;
    while (bytes[a + i] == bytes[b + i] && bytes[a + i] != 0) {
      i++;
    }
    return Byte.compareUnsigned(bytes[a + i], bytes[b + i]);
  }

  private int end(int start) {
    int end = start;
    while (bytes[end] != 0) {
      end++;
    }
    return end;
  }

  private static int grown(int now, int needed) {
    return (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, now * 2L));
  }
}
