package io.holdfast.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * How WAL is received and archived.
 *
 * @param receive whether 'holdfast serve' receives it
 * @param slot the replication slot's name
 * @param shipInterval how often the unfinished segment goes to the repository
 * @param spoolDirectory below which, or in which, segments under way lie; need not exist
 * @param spoolGiven whether the configuration names it; the usual one holds a directory for each
 *     repository, since one user may have several with a cluster of the same name
 */
public record WalSettings(
    boolean receive, String slot, Duration shipInterval, Path spoolDirectory, boolean spoolGiven) {
  /** Where the segments under way to a repository lie; need not exist. */
  public Path spool(UUID repository) {
    return spoolGiven ? spoolDirectory : spoolDirectory.resolve(repository.toString());
  }
}
