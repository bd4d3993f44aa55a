package io.holdfast.settings.options;

import io.holdfast.settings.Encryption;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.util.List;

/** {@code repository}. */
final class RepositoryOptions {
  static final String MEANING = "Where backups rest.";

  private static final Option<Path> PATH =
      Option.optional(
          "path",
          Types.path(),
          "either this or `s3`",
          "/var/lib/holdfast/repository",
          "Directory of the repository. A path that is not absolute is taken from the directory of"
              + " this file. Put it on another disk, better on another machine, than the"
              + " clusters.");

  private static final Option<S3Settings> S3 =
      Option.optional("s3", S3Options.SECTION, "either this or `path`", "", S3Options.MEANING);

  private static final Option<Encryption> ENCRYPTION =
      Option.withDefault(
          "encryption",
          Types.word(Encryption.class),
          "required",
          "required: a repository that is not encrypted is refused, even if it says of itself that"
              + " it need not be. none: whoever reads the repository reads your data.");

  private static final Option<KeySettings> KEY =
      Option.optional(
          "key", KeyOptions.SECTION, "needed when encryption is required", "", KeyOptions.MEANING);

  static final Section<RepositorySettings> SECTION =
      Section.checked(
          MEANING,
          List.of(PATH, S3, ENCRYPTION, KEY),
          RepositoryOptions::check,
          RepositoryOptions::make);

  private RepositoryOptions() {}

  private static void check(Values values) {
    if (values.isGiven(PATH) == values.isGiven(S3)) {
      values.fault(
          "expected exactly one of path, s3; found " + (values.isGiven(PATH) ? "both" : "none"));
    }
    boolean encrypted = values.find(ENCRYPTION).filter(Encryption.REQUIRED::equals).isPresent();
    boolean plain = values.find(ENCRYPTION).filter(Encryption.NONE::equals).isPresent();
    if (encrypted && !values.isGiven(KEY)) {
      values.fault("expected 'key', as encryption is required; found none");
    }
    if (plain && values.isGiven(KEY)) {
      values.fault(KEY, "expected no key, as encryption is none: nothing would be encrypted");
    }
  }

  private static RepositorySettings make(Values values) {
    SiteSettings site =
        values
            .find(PATH)
            .<SiteSettings>map(SiteSettings.Directory::new)
            .orElseGet(() -> values.get(S3));
    return new RepositorySettings(site, values.get(ENCRYPTION), values.find(KEY));
  }
}
