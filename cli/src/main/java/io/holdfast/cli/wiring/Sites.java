package io.holdfast.cli.wiring;

import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.settings.SiteSettings.Directory;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.List;

/** Opens the site that the settings name. The one place that knows every kind of site. */
final class Sites {
  private Sites() {}

  /** Asks the site nothing yet. The caller closes it. */
  static Storage open(SiteSettings site) {
    return switch (site) {
      case Directory(Path path) -> Storages.local(path);
      case S3Settings s3 ->
          throw new HoldfastException(
              ExitStatus.USAGE,
              "could not open " + s3.description() + ": this build cannot reach buckets",
              "Use a directory: repository.path.");
    };
  }

  /** The site's directories on this machine, which nothing else may write to. */
  static List<Path> directories(SiteSettings site) {
    return site instanceof Directory(Path path) ? List.of(path) : List.of();
  }
}
