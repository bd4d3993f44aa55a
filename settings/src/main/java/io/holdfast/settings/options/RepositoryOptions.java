package io.holdfast.settings.options;

import io.holdfast.settings.Encryption;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code repository}. */
final class RepositoryOptions {
  static final String MEANING = "Where backups rest.";

  private static final Option<Path> PATH =
      Option.optional(
          "path",
          Types.path(),
          "one of this, `s3`, `sftp` and `sites`",
          "/var/lib/holdfast/repository",
          "Directory of the repository. A path that is not absolute is taken from the directory of"
              + " this file. Put it on another disk, better on another machine, than the"
              + " clusters.");

  private static final Option<S3Settings> S3 =
      Option.optional(
          "s3",
          S3Options.SECTION,
          "one of this, `path`, `sftp` and `sites`",
          "",
          S3Options.MEANING);

  private static final Option<SftpSettings> SFTP =
      Option.optional(
          "sftp",
          SftpOptions.SECTION,
          "one of this, `path`, `s3` and `sites`",
          "",
          SftpOptions.MEANING);

  private static final Option<Map<String, NamedSite>> SITES =
      Option.optional(
          "sites",
          new Named<>("sites by name", SiteOptions.NAME, SiteOptions::name, SiteOptions.SECTION),
          "one of this, `path`, `s3` and `sftp`",
          "nas",
          SiteOptions.MEANING);

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
          List.of(
              PATH, S3, SFTP, SITES, LimitOptions.LIMIT, LimitOptions.TIME_ZONE, ENCRYPTION, KEY),
          RepositoryOptions::check,
          RepositoryOptions::make);

  private RepositoryOptions() {}

  private static void check(Values values) {
    List<String> places =
        Stream.of(PATH, S3, SFTP, SITES).filter(values::isGiven).map(Option::name).toList();
    if (places.size() != 1) {
      values.fault(
          "expected exactly one of path, s3, sftp, sites; found "
              + (places.isEmpty() ? "none" : String.join(", ", places)));
    }
    LimitOptions.check(values);
    if (values.isGiven(SITES) && values.isGiven(LimitOptions.LIMIT)) {
      values.fault(
          LimitOptions.LIMIT, "expected it below each of the sites, found it beside 'sites'");
    }
    values.find(SITES).ifPresent(sites -> checkSites(values, List.copyOf(sites.values())));
    boolean encrypted = values.find(ENCRYPTION).filter(Encryption.REQUIRED::equals).isPresent();
    boolean plain = values.find(ENCRYPTION).filter(Encryption.NONE::equals).isPresent();
    if (encrypted && !values.isGiven(KEY)) {
      values.fault("expected 'key', as encryption is required; found none");
    }
    if (plain && values.isGiven(KEY)) {
      values.fault(KEY, "expected no key, as encryption is none: nothing would be encrypted");
    }
  }

  private static void checkSites(Values values, List<NamedSite> sites) {
    if (sites.isEmpty()) {
      values.fault(SITES, "expected at least one site, found none");
      return;
    }
    Map<SiteSettings, String> seen = new HashMap<>();
    for (NamedSite site : sites) {
      String other = seen.putIfAbsent(site.place(), site.name());
      if (other != null) {
        values.fault(
            SITES,
            "expected each site in a place of its own, found "
                + other
                + " and "
                + site.name()
                + " both at "
                + site.place().description());
      }
    }
  }

  private static RepositorySettings make(Values values) {
    Optional<List<NamedSite>> sites =
        values.find(SITES).map(named -> SiteOptions.primaryFirst(List.copyOf(named.values())));
    return sites
        .map(several -> new RepositorySettings(several, values.get(ENCRYPTION), values.find(KEY)))
        .orElseGet(() -> ofOneSite(values));
  }

  private static RepositorySettings ofOneSite(Values values) {
    SiteSettings site =
        values
            .find(PATH)
            .<SiteSettings>map(SiteSettings.Directory::new)
            .or(() -> values.find(S3))
            .orElseGet(() -> values.get(SFTP));
    NamedSite only =
        new NamedSite(
            RepositorySettings.ONLY_SITE, site, true, Optional.empty(), LimitOptions.of(values));
    return new RepositorySettings(List.of(only), values.get(ENCRYPTION), values.find(KEY));
  }
}
