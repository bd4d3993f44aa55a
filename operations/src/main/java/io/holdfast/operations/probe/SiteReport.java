package io.holdfast.operations.probe;

import java.time.Duration;
import java.util.List;

/**
 * What a probe found.
 *
 * @param broken promises that the site does not keep, in words; empty if it may hold a repository
 * @param clockAhead how far the site's clock is ahead of ours; negative if behind
 * @param upload bytes per second
 * @param download bytes per second
 */
public record SiteReport(List<String> broken, Duration clockAhead, long upload, long download) {
  /** A lease lasts 60 seconds and is judged by the reader's clock. */
  private static final Duration CLOCKS_AGREE = Duration.ofSeconds(20);

  public SiteReport {
    broken = List.copyOf(broken);
  }

  /** Whether hosts that agree with this one and with the site agree with each other well enough. */
  public boolean clocksAgree() {
    return clockAhead.abs().compareTo(CLOCKS_AGREE) <= 0;
  }
}
