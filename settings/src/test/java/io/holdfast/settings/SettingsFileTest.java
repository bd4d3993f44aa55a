package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.settings.BackupSettings.Checkpoint;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsFileTest {
  private static final String WHOLE =
      """
      repository:
        path: backups
        encryption: required
        key:
          passphrase-command: [pass, show, "hold fast"]
      clusters:
        main:
          connection: "host=/var/run/postgresql user='a b'"
          data-directory: /data/15
          bin-directory: /usr/lib/postgresql/15/bin
          backup: { jobs: 4, compression-level: 9, checkpoint: spread, read-rate-limit: 100MiB }
          wal: { slot: mine, ship-interval: 2m, spool-directory: /spool }
        second-1:
          connection: postgresql://backup@db.example.com:5433/postgres?sslmode=verify-full
          backup:
      """;

  private static final int NOBODY = 65534;
  private static final UUID REPOSITORY = new UUID(1, 2);

  @TempDir Path directory;

  @Test
  void readsEveryOption() throws IOException {
    Path file = write(WHOLE);
    Settings settings = SettingsFile.load(file);

    assertThat(settings.file()).isEqualTo(file);
    assertThat(settings.repository())
        .isEqualTo(
            new RepositorySettings(
                new SiteSettings.Directory(directory.resolve("backups")),
                Encryption.REQUIRED,
                Optional.of(
                    new KeySettings.PassphraseCommand(List.of("pass", "show", "hold fast")))));
    assertThat(settings.clusters().keySet()).extracting("text").containsExactly("main", "second-1");
    ClusterSettings main = settings.cluster(new ClusterName("main"));
    assertThat(main.connection()).isEqualTo("host=/var/run/postgresql user='a b'");
    assertThat(main.dataDirectory()).contains(Path.of("/data/15"));
    assertThat(main.binDirectory()).contains(Path.of("/usr/lib/postgresql/15/bin"));
    assertThat(main.backup().jobs()).isEqualTo(4);
    assertThat(main.backup().compressionLevel()).isEqualTo(9);
    assertThat(main.backup().checkpoint()).isEqualTo(Checkpoint.SPREAD);
    assertThat(main.backup().readRateLimit().bytes()).isEqualTo(100L << 20);
    assertThat(main.wal())
        .isEqualTo(new WalSettings(true, "mine", Duration.ofMinutes(2), Path.of("/spool"), true));
    assertThat(main.wal().spool(REPOSITORY)).isEqualTo(Path.of("/spool"));
  }

  @Test
  void fillsInDefaults() throws IOException {
    ClusterSettings second = SettingsFile.load(write(WHOLE)).cluster(new ClusterName("second-1"));

    assertThat(second.source()).isEqualTo(ClusterSettings.Source.LOCAL);
    assertThat(second.dataDirectory()).isEmpty();
    assertThat(second.backup().jobs()).isEqualTo(2);
    assertThat(second.backup().compressionLevel()).isEqualTo(3);
    assertThat(second.backup().checkpoint()).isEqualTo(Checkpoint.FAST);
    assertThat(second.backup().readRateLimit().bytes()).isZero();
    assertThat(second.wal().slot()).isEqualTo("holdfast");
    assertThat(second.wal().shipInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(second.wal().spoolDirectory()).isAbsolute().endsWithRaw(Path.of("spool/second-1"));
  }

  @Test
  void theUsualSpoolIsNotThatOfAnotherRepositoryWithAClusterOfTheSameName() throws IOException {
    WalSettings wal = SettingsFile.load(write(WHOLE)).cluster(new ClusterName("second-1")).wal();

    assertThat(wal.spool(REPOSITORY)).isNotEqualTo(wal.spool(new UUID(7, 8)));
    assertThat(wal.spool(REPOSITORY))
        .isEqualTo(wal.spoolDirectory().resolve(REPOSITORY.toString()));
  }

  @Test
  void needsNoClustersToRestore() throws IOException {
    Settings settings = SettingsFile.load(write("repository: {path: /r, encryption: none}\n"));

    assertThat(settings.clusters()).isEmpty();
    assertThat(settings.repository().key()).isEmpty();
    assertThatThrownBy(() -> settings.cluster(new ClusterName("main")))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("no cluster 'main'");
  }

  @Test
  void readsABucket() throws IOException {
    SiteSettings whole =
        site(
            """
              s3:
                bucket: example-backups
                prefix: db/holdfast
                endpoint: https://minio.example.com:9000/
                region: eu-central-1
                path-style: false
                storage-class: STANDARD_IA
                sse: aws:kms
                kms-key: alias/backups
                credentials:
                  access-key-env: ID
                  secret-key-command: [pass, show, s3]
                lock:
                  mode: compliance
                  for: 30d
            """);

    assertThat(whole)
        .isEqualTo(
            new S3Settings(
                "example-backups",
                "db/holdfast",
                Optional.of(URI.create("https://minio.example.com:9000")),
                Optional.of("eu-central-1"),
                false,
                Optional.of("STANDARD_IA"),
                Optional.of(S3Settings.Sse.KMS),
                Optional.of("alias/backups"),
                Optional.of(
                    new S3Settings.Credentials(
                        new SecretReference.InEnvironment("ID"),
                        new SecretReference.FromCommand(List.of("pass", "show", "s3")))),
                Optional.of(
                    new S3Settings.Lock(S3Settings.LockMode.COMPLIANCE, Duration.ofDays(30)))));
    assertThat(site("  s3: {bucket: b01, endpoint: 'http://[::1]:9000'}\n"))
        .isInstanceOfSatisfying(S3Settings.class, s3 -> assertThat(s3.pathStyle()).isTrue());
    assertThat(site("  s3: {bucket: b01, sse: AES256}\n"))
        .isInstanceOfSatisfying(
            S3Settings.class,
            s3 -> {
              assertThat(s3.pathStyle()).isFalse();
              assertThat(s3.sse()).contains(S3Settings.Sse.AES256);
              assertThat(s3.credentials()).isEmpty();
              assertThat(s3.lock()).isEmpty();
            });
  }

  @Test
  void readsAServer() throws IOException {
    assertThat(
            site(
                """
                  sftp:
                    host: backup.example.com
                    port: 2222
                    user: holdfast
                    path: /srv/holdfast/
                    known-hosts-file: known_hosts
                    identity-file: id_ed25519
                    passphrase-command: [pass, show, key]
                    connections: 2
                    allow-unsynced: true
                """))
        .isEqualTo(
            new SftpSettings(
                "backup.example.com",
                2222,
                "holdfast",
                "/srv/holdfast",
                Optional.empty(),
                Optional.of(directory.resolve("known_hosts")),
                Optional.of(directory.resolve("id_ed25519")),
                Optional.of(new SecretReference.FromCommand(List.of("pass", "show", "key"))),
                Optional.empty(),
                2,
                true));
    assertThat(site("  sftp: {host: '::1', user: u, path: p, password-env: P}\n"))
        .isInstanceOfSatisfying(
            SftpSettings.class,
            sftp -> {
              assertThat(sftp.description()).isEqualTo("sftp://u@[::1]/~/p");
              assertThat(sftp.port()).isEqualTo(22);
              assertThat(sftp.connections()).isEqualTo(4);
              assertThat(sftp.allowUnsynced()).isFalse();
              assertThat(sftp.password()).contains(new SecretReference.InEnvironment("P"));
            });
  }

  @Test
  void readsSitesInTheirOrderWithThePrimaryFirst() throws IOException {
    RepositorySettings repository =
        SettingsFile.load(
                write(
                    """
                    repository:
                      sites:
                        nas: {path: nas, required: false}
                        cloud: {s3: {bucket: b01}, retention: {last: 3}}
                        attic: {path: /attic, required: true}
                      encryption: none
                    """))
            .repository();

    assertThat(repository.sites())
        .extracting(NamedSite::name, NamedSite::required)
        .containsExactly(tuple("nas", true), tuple("cloud", false), tuple("attic", true));
    assertThat(repository.site()).isEqualTo(new SiteSettings.Directory(directory.resolve("nas")));
    assertThat(repository.site("cloud").retention().map(RetentionSettings::last)).contains(3);
    assertThat(repository.site("nas").retention()).isEmpty();
    assertThat(repository.site("cloud").place().description()).isEqualTo("s3://b01");
    assertThat(repository.description()).contains("/nas and s3://b01 and /attic");
    assertThatThrownBy(() -> repository.site("cellar"))
        .hasMessageContaining("cellar")
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.hint()).contains("It declares: nas, cloud, attic."));
  }

  @Test
  void readsLimitsOfTheOnlySiteAndOfEachOfSeveral() throws IOException {
    RepositorySettings one =
        SettingsFile.load(write("repository: {path: /r, limit: 20MB/s, encryption: none}\n"))
            .repository();
    RepositorySettings several =
        SettingsFile.load(
                write(
                    """
                    repository:
                      sites:
                        nas: {path: /nas}
                        offsite:
                          path: /offsite
                          limit: 5MB/s Mo-Fr 08:00-18:00, 50MB/s
                          limit-time-zone: Europe/Berlin
                      encryption: none
                    """))
            .repository();

    LocalDateTime monday = LocalDateTime.parse("2026-11-23T12:00");
    assertThat(one.sites().getFirst().limit().orElseThrow().schedule().at(monday))
        .isEqualTo(20L << 20);
    LimitSettings offsite = several.site("offsite").limit().orElseThrow();
    assertThat(offsite.schedule().at(monday)).isEqualTo(5L << 20);
    assertThat(offsite.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(several.site("nas").limit()).isEmpty();
  }

  private SiteSettings site(String lines) throws IOException {
    return SettingsFile.load(write("repository:\n" + lines + "  encryption: none\n"))
        .repository()
        .site();
  }

  @Test
  void readsEachKindOfKey() throws IOException {
    assertThat(key("passphrase-file: pass"))
        .isEqualTo(new KeySettings.PassphraseFile(directory.resolve("pass")));
    assertThat(key("passphrase-env: SECRET"))
        .isEqualTo(new KeySettings.PassphraseEnvironment("SECRET"));
    assertThat(key("private-key-file: /k"))
        .isEqualTo(new KeySettings.PrivateKeyFile(Path.of("/k")));
  }

  @Test
  void namesTheKnownClusters() throws IOException {
    Settings settings = SettingsFile.load(write(WHOLE));

    assertThatThrownBy(() -> settings.cluster(new ClusterName("mian")))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
              assertThat(e.hint()).contains("It declares: main, second-1.");
            });
  }

  private int uid() throws IOException {
    return (Integer) Files.getAttribute(directory, "unix:uid");
  }

  /** Who runs us in /tmp must not run what somebody put there. */
  @Test
  void takesNoFileOfAnotherUserFromTheWorkingDirectory() throws IOException {
    Path here = Files.createDirectory(directory.resolve("here"));
    Path etc = directory.resolve("etc");
    Files.createDirectories(etc.resolve("holdfast"));
    Files.createFile(here.resolve("holdfast.yaml"));
    Files.createFile(etc.resolve("holdfast/holdfast.yaml"));
    Files.setAttribute(here.resolve("holdfast.yaml"), "unix:uid", NOBODY);
    Map<String, String> none = Map.of();

    assertThatThrownBy(() -> SettingsFile.find(Optional.empty(), none, here, directory, etc, 1000))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining(here.resolve("holdfast.yaml").toString())
        .hasMessageContaining("another user");
    assertThat(SettingsFile.find(Optional.empty(), none, here, directory, etc, NOBODY))
        .isEqualTo(here.resolve("holdfast.yaml"));
    Path named = here.resolve("holdfast.yaml");
    assertThat(SettingsFile.find(Optional.of(named), none, here, directory, etc, 1000))
        .isEqualTo(named);
  }

  @Test
  void looksInTheDocumentedOrder() throws IOException {
    Path here = Files.createDirectory(directory.resolve("here"));
    Path home =
        Files.createDirectories(directory.resolve("home/.config/holdfast")).resolve("../..");
    Path etc = directory.resolve("etc");
    Files.createDirectories(etc.resolve("holdfast"));
    Map<String, String> none = Map.of();

    assertThatThrownBy(() -> SettingsFile.find(Optional.empty(), none, here, home, etc, uid()))
        .hasMessageContaining(here.resolve("holdfast.yaml").toString())
        .hasMessageContaining(etc.resolve("holdfast/holdfast.yaml").toString());
    Path last = Files.createFile(etc.resolve("holdfast/holdfast.yaml"));
    assertThat(SettingsFile.find(Optional.empty(), none, here, home, etc, uid())).isEqualTo(last);
    Path inHome = Files.createFile(home.resolve(".config/holdfast/holdfast.yaml"));
    assertThat(SettingsFile.find(Optional.empty(), none, here, home, etc, uid())).isEqualTo(inHome);
    Path inPlace = Files.createFile(here.resolve("holdfast.yaml"));
    assertThat(SettingsFile.find(Optional.empty(), none, here, home, etc, uid()))
        .isEqualTo(inPlace);
    Map<String, String> named = Map.of("HOLDFAST_CONFIG", "/named.yaml");
    assertThat(SettingsFile.find(Optional.empty(), named, here, home, etc, uid()))
        .isEqualTo(Path.of("/named.yaml"));
    assertThat(
            SettingsFile.find(Optional.of(Path.of("/given.yaml")), named, here, home, etc, uid()))
        .isEqualTo(Path.of("/given.yaml"));
  }

  @Test
  void saysWhyItCannotBeRead() throws IOException {
    assertRefused(directory.resolve("missing.yaml"), "there is no such file");
    assertRefused(directory, "directory");
    Path open = write(WHOLE);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertRefused(open, "everybody may write");
  }

  @Test
  void saysWhoMayNotReadIt() {
    HoldfastException e =
        SettingsFile.unreadable(Path.of("/etc/x.yaml"), new AccessDeniedException("/etc/x.yaml"));

    assertThat(e).hasMessage("could not read the configuration /etc/x.yaml: permission denied");
    assertThat(e.hint()).contains("This runs as '" + user() + "', who may not read it.");
  }

  private static String user() {
    return System.getProperty("user.name");
  }

  private static void assertRefused(Path file, String because) {
    assertThatThrownBy(() -> SettingsFile.load(file))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
        .hasMessageContaining(file.toString())
        .hasMessageContaining(because);
  }

  private KeySettings key(String line) throws IOException {
    return SettingsFile.load(write("repository:\n  path: r\n  key:\n    " + line + "\n"))
        .repository()
        .key()
        .orElseThrow();
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(directory.resolve("holdfast.yaml"), yaml);
  }

  @Test
  void keepsWhatIsSaidForTheClusterElseWhatIsSaidForAll() throws IOException {
    Settings settings =
        SettingsFile.load(
            write(
                """
                repository: {path: /r, encryption: none}
                clusters:
                  own: {connection: host=x, retention: {weekly: 4, grace: 0s}}
                  other: {connection: host=x}
                retention: {last: 3, daily: 7, within: 4w, time-zone: Europe/Berlin,
                  logical: {daily: 30}}
                """));

    assertThat(settings.cluster(new ClusterName("own")).retention())
        .contains(
            new RetentionSettings(
                0,
                0,
                0,
                4,
                0,
                0,
                Optional.empty(),
                ZoneId.of("UTC"),
                Duration.ZERO,
                Optional.empty()));
    assertThat(settings.cluster(new ClusterName("other")).retention())
        .contains(
            new RetentionSettings(
                3,
                0,
                7,
                0,
                0,
                0,
                Optional.of(Duration.ofDays(28)),
                ZoneId.of("Europe/Berlin"),
                Duration.ofDays(3),
                Optional.of(
                    new RetentionSettings(
                        0,
                        0,
                        30,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        ZoneOffset.UTC,
                        Duration.ZERO,
                        Optional.empty()))));
    assertThat(SettingsFile.load(write(WHOLE)).cluster(new ClusterName("main")).retention())
        .isEmpty();
  }
}
