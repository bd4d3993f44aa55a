package io.holdfast.cli.wiring;

import io.holdfast.repository.Repository;
import io.holdfast.s3.RequestCounts;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.settings.SiteSettings.Directory;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Opens the site that the settings name. The one place that knows every kind of site. */
final class Sites {
  private Sites() {}

  /**
   * Asks the site nothing yet. The caller closes it.
   *
   * @param requests counts what a store puts on the bill
   */
  static Storage open(NamedSite site, RequestCounts requests, SiteLimits limits) {
    return limits.limited(site, open(site.place(), requests));
  }

  private static Storage open(SiteSettings site, RequestCounts requests) {
    return switch (site) {
      case Directory(Path path) -> Storages.local(path, Repository.placement());
      case S3Settings s3 -> Buckets.open(s3, requests);
      case SftpSettings sftp -> Servers.open(sftp);
    };
  }

  /** As above, each under its name; all are closed by whoever closes what is made of them. */
  static List<Site> open(List<NamedSite> sites, RequestCounts requests, SiteLimits limits) {
    return sites.stream()
        .map(site -> new Site(site.name(), open(site, requests, limits), site.required()))
        .toList();
  }

  /** Where the repository is written to: its site, or all of them at once. */
  static Storage toWrite(
      List<NamedSite> sites, RequestCounts requests, SiteLimits limits, Consumer<String> warnings) {
    return sites.size() == 1
        ? open(sites.getFirst(), requests, limits)
        : Storages.mirror(
            open(sites, requests, limits), Repository.placement(), warnings, Patience.USUAL);
  }

  /** Where it is read from: its site, or whichever of them can be reached. */
  static Storage toRead(
      List<NamedSite> sites, RequestCounts requests, SiteLimits limits, Consumer<String> warnings) {
    return sites.size() == 1
        ? open(sites.getFirst(), requests, limits)
        : Storages.reading(
            open(sites, requests, limits), Repository.placement(), warnings, Patience.USUAL);
  }

  /**
   * What those of the sites that are buckets held at a moment. The caller closes it.
   *
   * @throws HoldfastException (usage) if none of them is a bucket
   */
  static Storage asOf(
      List<NamedSite> sites,
      Instant moment,
      RequestCounts requests,
      SiteLimits limits,
      Consumer<String> warnings) {
    List<Site> buckets = new ArrayList<>();
    for (NamedSite site : sites) {
      if (site.place() instanceof S3Settings s3) {
        Storage past = limits.limited(site, Buckets.openAsOf(s3, requests, moment));
        buckets.add(new Site(site.name(), past, false));
      }
    }
    if (buckets.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not read "
              + String.join(", ", sites.stream().map(site -> site.place().description()).toList())
              + " as of "
              + moment
              + ": only buckets keep what is deleted or overwritten, those with versions",
          "Leave out --as-of.");
    }
    return buckets.size() == 1
        ? buckets.getFirst().storage()
        : Storages.reading(buckets, Repository.placement(), warnings, Patience.USUAL);
  }

  /** The directories of sites on this machine, which nothing else may write to. */
  static List<Path> directories(List<NamedSite> sites) {
    return sites.stream()
        .map(NamedSite::place)
        .flatMap(place -> place instanceof Directory(Path path) ? Stream.of(path) : Stream.of())
        .toList();
  }
}
