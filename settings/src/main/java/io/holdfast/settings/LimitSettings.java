package io.holdfast.settings;

import io.holdfast.vocabulary.RateSchedule;
import java.time.ZoneId;

/**
 * How much may pass to and from a site.
 *
 * @param zone in which the schedule's days and hours are meant
 */
public record LimitSettings(RateSchedule schedule, ZoneId zone) {}
