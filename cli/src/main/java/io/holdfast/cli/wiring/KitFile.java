package io.holdfast.cli.wiring;

import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.SiteSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration that a person writes on a new machine, as the recovery kit shows it: no more
 * than it takes to restore.
 *
 * @param sites any one of which is enough
 * @param key what opens the repository; empty if it is not encrypted
 * @param cluster that is to be restored
 * @param binDirectory where PostgreSQL's programs are, if not where packages put them
 * @param secrets where the new machine keeps them
 */
public record KitFile(
    List<NamedSite> sites,
    Optional<KeySettings> key,
    String cluster,
    Optional<Path> binDirectory,
    Secrets secrets) {
  /**
   * Files of the new machine.
   *
   * @param login an SSH key, or a file with the password if the configuration has one; empty: as
   *     ssh finds them
   */
  public record Secrets(
      String key, String accessKey, String secretKey, Optional<String> login, boolean password) {
    /** Where the documentation puts them. */
    public static final Secrets USUAL =
        new Secrets(
            "/etc/holdfast/passphrase",
            "/etc/holdfast/s3-access-key",
            "/etc/holdfast/s3-secret-key",
            Optional.empty(),
            false);
  }

  public KitFile {
    sites = List.copyOf(sites);
  }

  /** The whole file. */
  public String text() {
    List<String> lines = new ArrayList<>(List.of("repository:"));
    repositoryLines().forEach(line -> lines.add("  " + line));
    lines.add("clusters:");
    lines.add("  " + cluster + ":");
    lines.add("    connection: \"host=/var/run/postgresql dbname=postgres\"");
    binDirectory.ifPresent(bin -> lines.add("    bin-directory: " + word(bin.toString())));
    return String.join("\n", lines) + "\n";
  }

  private List<String> repositoryLines() {
    List<String> lines = new ArrayList<>(siteLines());
    if (key.isEmpty()) {
      lines.add("encryption: none");
      return lines;
    }
    lines.add("key:");
    lines.add(
        key.get() instanceof KeySettings.PrivateKeyFile
            ? "  private-key-file: " + word(secrets.key())
            : "  passphrase-file: " + word(secrets.key()));
    return lines;
  }

  /** What it says of the places. */
  public List<String> siteLines() {
    if (sites.size() == 1 && sites.getFirst().name().equals(RepositorySettings.ONLY_SITE)) {
      return siteLines(sites.getFirst().place());
    }
    List<String> lines = new ArrayList<>();
    lines.add("sites:   # any one of them is enough");
    for (NamedSite site : sites) {
      lines.add("  " + site.name() + ":");
      siteLines(site.place()).forEach(line -> lines.add("    " + line));
    }
    return lines;
  }

  private List<String> siteLines(SiteSettings site) {
    return switch (site) {
      case SiteSettings.Directory(Path path) -> List.of("path: " + word(path.toString()));
      case S3Settings s3 -> s3Lines(s3);
      case SftpSettings sftp -> sftpLines(sftp);
    };
  }

  private List<String> sftpLines(SftpSettings sftp) {
    List<String> lines = new ArrayList<>();
    lines.add("sftp:");
    lines.add("  host: " + word(sftp.host()));
    if (sftp.port() != SftpSettings.PORT) {
      lines.add("  port: " + sftp.port());
    }
    lines.add("  user: " + word(sftp.user()));
    lines.add("  path: " + quoted(sftp.path()));
    sftp.hostKey().ifPresent(key -> lines.add("  host-key: " + key));
    secrets
        .login()
        .ifPresent(file ->
            lines.add(
                (secrets.password() ? "  password-file: " : "  identity-file: ") + word(file)));
    return lines;
  }

  private List<String> s3Lines(S3Settings s3) {
    List<String> lines = new ArrayList<>();
    lines.add("s3:");
    lines.add("  bucket: " + s3.bucket());
    if (!s3.prefix().isEmpty()) {
      lines.add("  prefix: " + word(s3.prefix()));
    }
    s3.endpoint().ifPresent(address -> lines.add("  endpoint: " + address));
    s3.region().ifPresent(region -> lines.add("  region: " + region));
    if (s3.pathStyle() != s3.endpoint().isPresent()) {
      lines.add("  path-style: " + s3.pathStyle());
    }
    lines.add("  credentials:   # or as the tools of AWS find them");
    lines.add("    access-key-file: " + word(secrets.accessKey()));
    lines.add("    secret-key-file: " + word(secrets.secretKey()));
    return lines;
  }

  /** Without quotes where it needs none. */
  private static String word(String text) {
    return text.matches("[A-Za-z0-9_./][A-Za-z0-9_./+@-]*") ? text : quoted(text);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
