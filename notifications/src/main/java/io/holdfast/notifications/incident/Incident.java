package io.holdfast.notifications.incident;

import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One problem of one cluster, from its first appearance until a day after it was mended.
 *
 * @param problem as it was described last
 * @param severity the worst that was told
 * @param since when it began
 * @param seen when somebody last said that it is so
 * @param quietSince since when it is away; null while it is there
 * @param mended when it was called mended; null while the incident is open
 * @param settle how long it has to stay away to be called mended
 * @param returns how often it came back: while open, within this incident; then, after it was
 *     mended
 * @param told when anything was last decided to be said
 * @param deliveries by channel
 * @param changed when this record was last changed
 */
public record Incident(
    Problem problem,
    Severity severity,
    Instant since,
    Instant seen,
    @Nullable Instant quietSince,
    @Nullable Instant mended,
    Duration settle,
    int returns,
    Instant told,
    Map<String, Delivery> deliveries,
    Instant changed) {
  public Incident {
    deliveries = new LinkedHashMap<>(deliveries);
  }

  boolean isOpen() {
    return mended == null;
  }

  Incident with(Problem other, Severity worst, Instant now) {
    return new Incident(
        other, worst, since, now, quietSince, mended, settle, returns, told, deliveries, now);
  }

  Incident quiet(@Nullable Instant from, int times, Instant now) {
    return new Incident(
        problem, severity, since, seen, from, mended, settle, times, told, deliveries, now);
  }

  Incident mendedAt(Instant now) {
    return new Incident(
        problem, severity, since, seen, quietSince, now, settle, returns, now, deliveries, now);
  }

  Incident telling(Map<String, Delivery> other, Instant now) {
    return new Incident(
        problem, severity, since, seen, quietSince, mended, settle, returns, now, other, now);
  }

  Incident having(Map<String, Delivery> other, Instant now) {
    return new Incident(
        problem, severity, since, seen, quietSince, mended, settle, returns, told, other, now);
  }
}
