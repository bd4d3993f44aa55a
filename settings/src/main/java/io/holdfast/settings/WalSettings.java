package io.holdfast.settings;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How WAL is received and archived.
 *
 * @param receive whether 'holdfast serve' receives it
 * @param slot the replication slot's name
 * @param shipInterval how often the unfinished segment goes to the repository
 * @param spoolDirectory for the segment under way; need not exist
 */
public record WalSettings(
    boolean receive, String slot, Duration shipInterval, Path spoolDirectory) {}
