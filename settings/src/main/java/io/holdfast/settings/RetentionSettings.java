package io.holdfast.settings;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Which backups are kept, of each kind by itself; a count of 0 is a rule that is not given. At
 * least one rule is.
 *
 * @param last the newest ones
 * @param hourly the last of each of the newest hours that have one; so for the four after it
 * @param within those of that long before the newest one
 * @param timeZone in which hours, days, weeks, months and years begin
 * @param grace how long a removal can be undone
 * @param logical other rules for logical backups; their time zone and grace are these here
 */
public record RetentionSettings(
    int last,
    int hourly,
    int daily,
    int weekly,
    int monthly,
    int yearly,
    Optional<Duration> within,
    ZoneId timeZone,
    Duration grace,
    Optional<RetentionSettings> logical) {}
