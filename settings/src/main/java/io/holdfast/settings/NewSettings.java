package io.holdfast.settings;

import io.holdfast.settings.binding.Types;
import io.holdfast.settings.document.Template;
import io.holdfast.settings.document.Yaml;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a first configuration has to say; the rest stands in it commented out.
 *
 * @param repository of a bucket: its name, prefix, endpoint and region; of a server: host, port,
 *     user and path
 * @param key present if and only if encryption is required
 */
public record NewSettings(
    SiteSettings repository,
    Encryption encryption,
    Optional<KeySettings> key,
    ClusterName cluster,
    String connection,
    ClusterSettings.Source source,
    Optional<Path> dataDirectory,
    Optional<Path> binDirectory) {
  private static final Pattern BUCKET =
      Pattern.compile(
          "s3://([A-Za-z0-9][A-Za-z0-9._-]{1,62})(?:/([A-Za-z0-9._/-]*[A-Za-z0-9._-]))?/?");

  private static final Pattern SERVER =
      Pattern.compile(
          "sftp://([A-Za-z0-9._-]{1,64})@(?:\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9.-]{1,253}))"
              + "(?::([0-9]{1,5}))?(/[A-Za-z0-9._~/ -]*[A-Za-z0-9._-]/?)");

  /**
   * A bucket that is named as on AWS's command line.
   *
   * @param address {@code s3://BUCKET[/PREFIX]}
   * @throws HoldfastException (usage) if it is another form
   */
  public static SiteSettings bucket(
      String address, Optional<URI> endpoint, Optional<String> region) {
    Matcher form = BUCKET.matcher(address);
    if (!form.matches()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not understand '" + address + "': expected s3://BUCKET or s3://BUCKET/PREFIX",
          "For example: s3://example-backups/holdfast");
    }
    String prefix = form.group(2) == null ? "" : form.group(2);
    return new S3Settings(
        form.group(1),
        prefix,
        endpoint,
        region,
        endpoint.isPresent(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A directory on a server that is named as a URI.
   *
   * @param address {@code sftp://USER@HOST[:PORT]/PATH}, with {@code /~/PATH} for a path below the
   *     directory in which the user is after login
   * @throws HoldfastException (usage) if it is another form
   */
  public static SiteSettings server(String address) {
    Matcher form = SERVER.matcher(address);
    if (!form.matches() || ("/" + form.group(5) + "/").contains("/../")) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not understand the address of the server: expected sftp://USER@HOST/PATH or"
              + " sftp://USER@HOST:PORT/PATH",
          "For example: sftp://holdfast@backup.example.com/srv/holdfast. A password does not stand"
              + " in it: write 'password-file' into the configuration.");
    }
    String host = form.group(2) == null ? form.group(3) : form.group(2);
    String path = form.group(5).replaceAll("/+$", "");
    return new SftpSettings(
        host,
        form.group(4) == null ? SftpSettings.PORT : Integer.parseInt(form.group(4)),
        form.group(1),
        path.startsWith("/~/") ? path.substring(3) : path,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        SftpSettings.CONNECTIONS,
        false);
  }

  /** The text of a file that {@link SettingsFile#load} reads back as this, with all defaults. */
  public String yaml() {
    Map<String, String> answers = new LinkedHashMap<>();
    answer(answers, repository);
    if (encryption != Encryption.REQUIRED) {
      answers.put("repository.encryption", Types.wordOf(encryption));
    }
    key.ifPresent(given -> answer(answers, given));
    String prefix = "clusters." + cluster + ".";
    answers.put(prefix + "connection", Yaml.text(connection));
    if (source != ClusterSettings.Source.LOCAL) {
      answers.put(prefix + "source", Types.wordOf(source));
    }
    dataDirectory.ifPresent(path -> answers.put(prefix + "data-directory", text(path)));
    binDirectory.ifPresent(path -> answers.put(prefix + "bin-directory", text(path)));
    return Template.filled(answers, cluster.text());
  }

  private static void answer(Map<String, String> answers, SiteSettings site) {
    switch (site) {
      case SiteSettings.Directory(Path path) -> answers.put("repository.path", text(path));
      case S3Settings s3 -> {
        String prefix = "repository.s3.";
        answers.put(prefix + "bucket", Yaml.text(s3.bucket()));
        if (!s3.prefix().isEmpty()) {
          answers.put(prefix + "prefix", Yaml.text(s3.prefix()));
        }
        s3.endpoint().ifPresent(uri -> answers.put(prefix + "endpoint", Yaml.text(uri.toString())));
        s3.region().ifPresent(region -> answers.put(prefix + "region", Yaml.text(region)));
      }
      case SftpSettings sftp -> {
        String prefix = "repository.sftp.";
        answers.put(prefix + "host", Yaml.text(sftp.host()));
        if (sftp.port() != SftpSettings.PORT) {
          answers.put(prefix + "port", Integer.toString(sftp.port()));
        }
        answers.put(prefix + "user", Yaml.text(sftp.user()));
        answers.put(prefix + "path", Yaml.text(sftp.path()));
      }
    }
  }

  private static void answer(Map<String, String> answers, KeySettings key) {
    String prefix = "repository.key.";
    switch (key) {
      case KeySettings.PassphraseFile(Path path) ->
          answers.put(prefix + "passphrase-file", text(path));
      case KeySettings.PassphraseEnvironment(String name) ->
          answers.put(prefix + "passphrase-env", Yaml.text(name));
      case KeySettings.PassphraseCommand(var command) ->
          answers.put(prefix + "passphrase-command", Yaml.list(command));
      case KeySettings.PrivateKeyFile(Path path) ->
          answers.put(prefix + "private-key-file", text(path));
    }
  }

  private static String text(Path path) {
    return Yaml.text(path.toString());
  }
}
