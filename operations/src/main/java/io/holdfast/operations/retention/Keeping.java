package io.holdfast.operations.retention;

import io.holdfast.repository.ClusterArchive;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a site keeps, and so wants.
 *
 * @param policy of each cluster there; empty: it wants everything
 * @param always false: only where it was pruned before
 */
public record Keeping(Function<String, Optional<Policy>> policy, boolean always) {
  public static final Keeping EVERYTHING = new Keeping(cluster -> Optional.empty(), false);

  /** What decides; empty if everything is wanted. */
  public Optional<Policy> at(ClusterArchive there) {
    return policy.apply(there.name()).filter(rules -> always || LastPrune.of(there).isPresent());
  }
}
