package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;

/** One object of the WAL archive, as its name tells. */
public sealed interface WalItem {
  long storedBytes();

  /** A whole segment. */
  record Segment(WalSegment segment, long storedBytes) implements WalItem {}

  /** Bytes {@code from} to {@code to} of a segment that was not complete yet. */
  record Part(WalSegment segment, long from, long to, long storedBytes) implements WalItem {}

  /** The history file of a timeline. */
  record History(int timeline, long storedBytes) implements WalItem {}

  /** What PostgreSQL archives besides: {@code .backup} and {@code .partial} files. */
  record Other(String name, int timeline, long storedBytes) implements WalItem {}
}
