package io.holdfast.cli.wiring;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a repository is read.
 *
 * @param site only there; empty: whichever site can be reached
 * @param asOf as it was at that moment, out of buckets that keep versions; empty: as it is
 */
public record ReadFrom(Optional<String> site, Optional<Instant> asOf) {
  /** Whatever can be reached, as it is. */
  public static final ReadFrom ANYWHERE = new ReadFrom(Optional.empty(), Optional.empty());

  /** One site, as it was if a moment is given. */
  public static ReadFrom site(String name, Optional<Instant> asOf) {
    return new ReadFrom(Optional.of(name), asOf);
  }
}
