package io.holdfast.operations.gate;

import io.holdfast.operations.proof.Rung;
import java.time.Duration;
import java.util.Optional;

/**
 * What is demanded; what is empty is not.
 *
 * @param maxAge of the newest backup, from its end
 * @param maxLoss how far behind now the last moment may be that can be restored
 * @param provenWithin how long ago the last proof that passed may be
 * @param provenLevel up to which rung at least
 * @param copies on how many sites the newest backup has to lie
 * @param kind of backups that count; empty for any
 */
public record Demands(
    Optional<Duration> maxAge,
    Optional<Duration> maxLoss,
    Optional<Duration> provenWithin,
    Rung provenLevel,
    Optional<Integer> copies,
    Optional<String> kind) {
  public boolean none() {
    return maxAge.isEmpty() && maxLoss.isEmpty() && provenWithin.isEmpty() && copies.isEmpty();
  }
}
