package io.holdfast.cli.wiring;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a repository is read.
 *
 * @param site only there; empty: whichever site can be reached
 * @param asOf as it was at that moment, out of buckets that keep versions; empty: as it is
 * @param without not on these sites, and as if what only they have was nowhere
 */
public record ReadFrom(Optional<String> site, Optional<Instant> asOf, List<String> without) {
  /** Whatever can be reached, as it is. */
  public static final ReadFrom ANYWHERE = new ReadFrom(Optional.empty(), Optional.empty());

  public ReadFrom {
    without = List.copyOf(without);
  }

  public ReadFrom(Optional<String> site, Optional<Instant> asOf) {
    this(site, asOf, List.of());
  }

  public ReadFrom without(List<String> sites) {
    return new ReadFrom(site, asOf, sites);
  }

  /** One site, as it was if a moment is given. */
  public static ReadFrom site(String name, Optional<Instant> asOf) {
    return new ReadFrom(Optional.of(name), asOf);
  }
}
