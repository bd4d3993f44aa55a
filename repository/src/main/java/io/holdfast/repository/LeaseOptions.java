package io.holdfast.repository;

import java.time.Duration;

/**
 * @param purpose for people
 * @param timeToLive after which a silent holder has lost it; renewed at a third of it
 */
public record LeaseOptions(String purpose, Duration timeToLive) {
  public static LeaseOptions of(String purpose) {
    return new LeaseOptions(purpose, Duration.ofSeconds(60));
  }
}
