package io.holdfast.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a site stands with a cluster.
 *
 * @param content empty if it cannot be looked at
 */
record SiteFacts(String site, boolean required, Optional<Content> content) {
  /**
   * @param kinds what it has of each kind of backup
   * @param behind how much earlier its WAL ends than that of the site that has most; empty if it
   *     has none
   */
  record Content(
      Map<String, OfKind> kinds,
      long missingBackups,
      long missingWal,
      Optional<Instant> walUpTo,
      Optional<Duration> behind,
      int missingKeys,
      int surplusKeys) {
    Content {
      kinds = Map.copyOf(kinds);
    }
  }

  record OfKind(long backups, Optional<Instant> newestFinished) {
    static final OfKind NONE = new OfKind(0, Optional.empty());

    OfKind with(Instant finished) {
      return new OfKind(
          backups + 1,
          newestFinished.filter(at -> at.isAfter(finished)).or(() -> Optional.of(finished)));
    }
  }
}
