package io.holdfast.cli.wiring;

import io.holdfast.s3.RequestCounts;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.settings.SiteSettings.Directory;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.nio.file.Path;
import java.util.List;

/** Opens the site that the settings name. The one place that knows every kind of site. */
final class Sites {
  private Sites() {}

  /**
   * Asks the site nothing yet. The caller closes it.
   *
   * @param requests counts what a store puts on the bill
   */
  static Storage open(SiteSettings site, RequestCounts requests) {
    return switch (site) {
      case Directory(Path path) -> Storages.local(path);
      case S3Settings s3 -> Buckets.open(s3, requests);
    };
  }

  /** The site's directories on this machine, which nothing else may write to. */
  static List<Path> directories(SiteSettings site) {
    return site instanceof Directory(Path path) ? List.of(path) : List.of();
  }
}
