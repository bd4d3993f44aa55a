package io.holdfast.settings.options;

import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RetentionSettings;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code repository.sites.<name>}. */
final class SiteOptions {
  static final String NAME = "[a-z0-9][a-z0-9_-]{0,62}";

  static final String MEANING =
      "Several places that hold the same, each under a name of your choice; docs/sites.md tells more."
          + " The first one is the primary: it has to be reachable to back up, and decides where"
          + " something is decided. To restore, any one of them is enough.";

  private static final Option<Path> PATH =
      Option.optional(
          "path",
          Types.path(),
          "one of this, `s3` and `sftp`",
          "/mnt/nas/holdfast",
          "Directory of this site.");

  private static final Option<S3Settings> S3 =
      Option.optional(
          "s3", S3Options.SECTION, "one of this, `path` and `sftp`", "", S3Options.MEANING);

  private static final Option<SftpSettings> SFTP =
      Option.optional(
          "sftp", SftpOptions.SECTION, "one of this, `path` and `s3`", "", SftpOptions.MEANING);

  private static final Option<Boolean> REQUIRED =
      Option.optional(
          "required",
          Types.flag(),
          "false; the first site is always required",
          "false",
          "true: a backup, and WAL, fails where this site fails. false: it goes on without it, says"
              + " so, and `holdfast sync` brings the site up to date.");

  private static final Option<RetentionSettings> RETENTION =
      Option.optional(
          "retention",
          RetentionOptions.SECTION,
          "what is said for the cluster",
          "",
          "What is kept on this site, in place of all that is said for clusters. 'holdfast prune'"
              + " prunes such a site too, and 'holdfast sync' does not bring there what would go at"
              + " once.");

  static final Section<Function<String, NamedSite>> SECTION =
      Section.checked(
          "",
          List.of(PATH, S3, SFTP, REQUIRED, RETENTION, LimitOptions.LIMIT, LimitOptions.TIME_ZONE),
          SiteOptions::check,
          SiteOptions::make);

  private SiteOptions() {}

  static String name(String text) {
    if (!text.matches(NAME)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'" + text + "' is not a name of a site",
          "Use 1 to 63 lower-case letters, digits, '-' and '_', starting with a letter or digit.");
    }
    return text;
  }

  private static void check(Values values) {
    LimitOptions.check(values);
    List<String> places =
        Stream.of(PATH, S3, SFTP).filter(values::isGiven).map(Option::name).toList();
    if (places.size() != 1) {
      values.fault(
          "expected exactly one of path, s3, sftp; found "
              + (places.isEmpty() ? "none" : String.join(", ", places)));
    }
  }

  private static Function<String, NamedSite> make(Values values) {
    SiteSettings place =
        values
            .find(PATH)
            .<SiteSettings>map(SiteSettings.Directory::new)
            .or(() -> values.find(S3))
            .orElseGet(() -> values.get(SFTP));
    boolean required = values.find(REQUIRED).orElse(false);
    return name ->
        new NamedSite(name, place, required, values.find(RETENTION), LimitOptions.of(values));
  }

  /** Where the first one fails, everything does. */
  static List<NamedSite> primaryFirst(List<NamedSite> sites) {
    return Stream.concat(Stream.of(sites.getFirst().asPrimary()), sites.stream().skip(1)).toList();
  }
}
