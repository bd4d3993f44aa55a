package io.holdfast.operations.doctor;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/** Until when the makers of PostgreSQL mend a version: postgresql.org, Versioning Policy. */
final class EndOfLife {
  private static final Map<Integer, LocalDate> LAST =
      Map.of(
          14, LocalDate.of(2026, 11, 12),
          15, LocalDate.of(2027, 11, 11),
          16, LocalDate.of(2028, 11, 9),
          17, LocalDate.of(2029, 11, 8),
          18, LocalDate.of(2030, 11, 14));

  private EndOfLife() {}

  /** Empty for a version that is newer than this list. */
  static Optional<LocalDate> of(int major) {
    return Optional.ofNullable(LAST.get(major));
  }
}
