package io.holdfast.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How backups of a cluster are proven.
 *
 * @param scratchDirectory where copies are made for a while
 * @param budget how long a restore may take; empty for as long as it likes
 * @param hook a command for the shell that is to say whether the copy serves; "" for none
 * @param hookTimeout how long it may take
 * @param assertions what has to be true of the data
 * @param signingKeyFile the private key that results are signed with
 * @param signingPublicKeyFile the public key that results have to be signed with in order to count
 * @param plans which backups are proven by themselves
 */
public record ProveSettings(
    Path scratchDirectory,
    Optional<Duration> budget,
    String hook,
    Duration hookTimeout,
    List<Assertion> assertions,
    Optional<Path> signingKeyFile,
    Optional<Path> signingPublicKeyFile,
    List<PlanSettings> plans) {
  /**
   * @param sql a query for one true or false
   */
  public record Assertion(String name, String database, String sql) {}
}
