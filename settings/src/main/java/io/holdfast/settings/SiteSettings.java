package io.holdfast.settings;

import java.nio.file.Path;

/** One place where the repository lies: exactly one record for each kind of site. */
public sealed interface SiteSettings permits SiteSettings.Directory, S3Settings, SftpSettings {
  /** For messages and tables: a path or an address, never a secret. */
  String description();

  /** A directory of this machine, or mounted on it. */
  record Directory(Path path) implements SiteSettings {
    @Override
    public String description() {
      return path.toString();
    }
  }
}
