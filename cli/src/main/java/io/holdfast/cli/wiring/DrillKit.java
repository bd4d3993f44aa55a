package io.holdfast.cli.wiring;

import io.holdfast.operations.proof.PrivateFolder;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person brings to a new machine: the recovery kit's configuration with one site, the key,
 * and access to that site. Lies in a folder that is gone afterwards.
 */
public final class DrillKit implements AutoCloseable {
  private static final String CONFIG = "holdfast.yaml";

  private final PrivateFolder folder;
  private final Path config;

  private DrillKit(PrivateFolder folder, Path config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * @param place where the folder is made
   * @param programs where PostgreSQL's programs are, if not where packages put them
   * @throws HoldfastException (usage) if a secret is not there
   */
  public static DrillKit pack(
      Settings settings,
      NamedSite site,
      String cluster,
      Optional<Path> programs,
      Path place,
      Progress progress) {
    PrivateFolder folder = PrivateFolder.in(place, progress);
    try {
      settings.repository().key().ifPresent(key -> write(folder, "key", Secrets.read(key)));
      KitFile file =
          new KitFile(
              List.of(site),
              settings.repository().key(),
              cluster,
              programs,
              access(folder, site.place()));
      Path config = folder.write(CONFIG, file.text().getBytes(StandardCharsets.UTF_8));
      return new DrillKit(folder, config);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static void write(PrivateFolder folder, String name, Secret secret) {
    try (secret) {
      byte[] bytes = secret.bytes();
      folder.write(name, bytes);
      java.util.Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Copies of what opens the site. What the machine knows by itself is not brought along. */
  private static KitFile.Secrets access(PrivateFolder folder, SiteSettings place) {
    switch (place) {
      case S3Settings s3 ->
          s3.credentials()
              .ifPresent(each -> {
                write(folder, "access-key", Secrets.read(each.accessKey()));
                write(folder, "secret-key", Secrets.read(each.secretKey()));
              });
      case SftpSettings sftp -> {
        sftp.password().ifPresent(each -> write(folder, "login", Secrets.read(each)));
        sftp.identityFile().ifPresent(file -> copy(folder, file));
      }
      case SiteSettings.Directory directory -> {}
    }
    Path login = folder.file("login");
    return new KitFile.Secrets(
        folder.file("key").toString(),
        folder.file("access-key").toString(),
        folder.file("secret-key").toString(),
        Files.exists(login) ? Optional.of(login.toString()) : Optional.empty(),
        place instanceof SftpSettings sftp && sftp.password().isPresent());
  }

  private static void copy(PrivateFolder folder, Path identity) {
    try {
      folder.write("login", Files.readAllBytes(identity));
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE, "could not read the key for the site, " + identity + ": " + e, null, e);
    }
  }

  public Path config() {
    return config;
  }

  /**
   * All that a process of the drill gets of this one's environment: no credentials, no
   * configuration.
   */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name : List.of("PATH", "JAVA_HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")) {
      Optional.ofNullable(System.getenv(name)).ifPresent(value -> environment.put(name, value));
    }
    environment.put("HOME", folder.path().toString());
    return environment;
  }

  /** How Holdfast is called with the kit. */
  public List<String> program() {
    return List.of(Installation.launcher().toString(), "--config", config.toString());
  }

  @Override
  public void close() {
    folder.close();
  }
}
