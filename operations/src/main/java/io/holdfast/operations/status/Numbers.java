package io.holdfast.operations.status;

import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/** Numbers, eight bytes each. Added first, then asked. */
final class Numbers {
  private long[] numbers = new long[64];
  private int count;
  private boolean sorted;

  void add(long number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
    sorted = false;
  }

  LongStream stream() {
    return Arrays.stream(numbers, 0, count);
  }

  /** How many of the other's that count are not among these. */
  long lacksOf(Numbers other, LongPredicate counts) {
    if (!sorted) {
      Arrays.sort(numbers, 0, count);
      sorted = true;
    }
    return other.stream()
        .filter(counts)
        .filter(number -> Arrays.binarySearch(numbers, 0, count, number) < 0)
        .count();
  }
}
