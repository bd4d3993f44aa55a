package io.holdfast.settings;

/**
 * How {@code holdfast serve} works.
 *
 * @param jobs how many scheduled jobs run at once on one machine
 */
public record ServiceSettings(int jobs) {}
