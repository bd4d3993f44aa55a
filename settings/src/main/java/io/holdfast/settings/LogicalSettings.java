package io.holdfast.settings;

import java.time.Duration;
import java.util.List;

/**
 * How logical backups are taken.
 *
 * @param databases patterns; empty for all but templates
 * @param exclude patterns
 * @param checksums sum up the content of each table, and not only count its rows
 * @param rolePasswords save passwords of roles
 * @param lockTimeout how long to wait for a locked table
 * @param stallTimeout how long pg_dump may give nothing
 */
public record LogicalSettings(
    List<String> databases,
    List<String> exclude,
    boolean checksums,
    boolean rolePasswords,
    Duration lockTimeout,
    Duration stallTimeout) {}
