package io.holdfast.postgres;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One WAL segment file: timeline, number since the beginning of time, and the cluster's segment
 * size (a power of two from 1 MiB to 1 GiB). All arithmetic on names is here: {@code
 * pg_walfile_name()} changed at segment boundaries in PostgreSQL 17 and fails on standbys.
 */
public record WalSegment(int timeline, long number, int size) implements Comparable<WalSegment> {
  private static final Pattern NAME = Pattern.compile("[0-9A-F]{24}");

  public WalSegment {
    if (timeline < 1 || number < 0) {
      throw new IllegalArgumentException("no such segment: " + timeline + ", " + number);
    }
    if (size < 1 << 20 || size > 1 << 30 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("no such WAL segment size: " + size);
    }
  }

  /** The segment that holds the byte at {@code lsn}. */
  public static WalSegment holding(int timeline, Lsn lsn, int size) {
    return new WalSegment(timeline, Long.divideUnsigned(lsn.value(), size), size);
  }

  /** Empty if the name is not that of a segment ({@code .partial} and others are not). */
  public static Optional<WalSegment> parse(String name, int size) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    int timeline = Integer.parseUnsignedInt(name, 0, 8, 16);
    long perId = (1L << 32) / size;
    long high = Long.parseLong(name, 8, 16, 16);
    long low = Long.parseLong(name, 16, 24, 16);
    return timeline < 1 || low >= perId
        ? Optional.empty()
        : Optional.of(new WalSegment(timeline, high * perId + low, size));
  }

  public String name() {
    long perId = (1L << 32) / size;
    return String.format("%08X%08X%08X", timeline, number / perId, number % perId);
  }

  public Lsn start() {
    return new Lsn(number * size);
  }

  /** The first byte after it. */
  public Lsn end() {
    return new Lsn((number + 1) * size);
  }

  public WalSegment next() {
    return new WalSegment(timeline, number + 1, size);
  }

  public WalSegment onTimeline(int other) {
    return new WalSegment(other, number, size);
  }

  @Override
  public int compareTo(WalSegment other) {
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : Integer.compareUnsigned(timeline, other.timeline);
  }

  @Override
  public String toString() {
    return name();
  }
}
