package io.holdfast.cli.wiring;

import io.holdfast.settings.LimitSettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.storage.RateLimit;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One limit for each site and process, however often the site is opened. */
final class SiteLimits {
  private final InstantSource clock;
  private final Map<NamedSite, RateLimit> limits = new ConcurrentHashMap<>();

  SiteLimits(InstantSource clock) {
    this.clock = clock;
  }

  Storage limited(NamedSite site, Storage open) {
    return site.limit()
        .map(
            limit -> Storages.limited(open, limits.computeIfAbsent(site, each -> rateLimit(limit))))
        .orElse(open);
  }

  private RateLimit rateLimit(LimitSettings limit) {
    return RateLimit.of(
        () -> limit.schedule().at(LocalDateTime.ofInstant(clock.instant(), limit.zone())));
  }
}
