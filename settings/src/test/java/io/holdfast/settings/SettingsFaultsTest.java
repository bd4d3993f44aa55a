package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.settings.document.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault, where it is and what is said of it. */
final class SettingsFaultsTest {
  private static final String REPOSITORY = "repository:\n  path: /r\n  key: {passphrase-env: P}\n";

  @TempDir Path directory;

  @Test
  void reportsEverythingTogetherInTheOrderOfTheFile() throws IOException {
    SettingsException e =
        refused(
            """
            repository:
              pth: /r
              encryption: yes
              key: {passphrase-env: P}
            clusters:
              main:
                backup:
                  jobs: many
              Other:
                connection: host=x
            colour: blue
            """);

    assertThat(e.faults())
        .extracting(SettingsFault::toString)
        .containsExactly(
            "2:3: repository.pth: unknown option; did you mean 'path'?",
            "2:3: repository: expected exactly one of path, s3, sftp, sites; found none",
            "3:15: repository.encryption: expected required or none, found 'yes'",
            "7:5: clusters.main: expected 'connection', found none",
            "8:13: clusters.main.backup.jobs: expected a whole number from 1 to 64, found 'many'",
            "9:3: clusters: 'Other' is not a cluster name. Use 1 to 63 lower-case letters, digits,"
                + " '-' and '_', starting with a letter or digit.",
            "11:1: colour: unknown option; known here: repository, clusters, retention, schedules, service, notifications");
    assertThat(e)
        .hasMessageContaining("found 7 faults")
        .hasMessageContaining(directory.resolve("holdfast.yaml") + ":2:3: repository.pth");
  }

  /** Whatever is wrong elsewhere hides none of it. */
  @Test
  void oneFaultInEverySectionIsToldWithItsOwnLine() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("holdfast.yaml"),
            """
            repository:
              path: /r
              encryption: maybe
            clusters:
              main:
                connection: host=x
                backup: { jobs: many }
                wal: { slot: No }
                logical: { checksums: perhaps }
                files: { directories: [] }
                prove: { plans: { one: { every: 1s } } }
              second:
                connection: host=y
            retention: { daily: some }
            schedules:
              nightly: { run: backup --knd logical, when: daily 02:00 }
              weekly: { run: backup, when: sunday 25:00, clusters: [scond] }
              third: { run: sync offsite, when: hourly }
            service:
              jobs: none
              metrics: { listen: 9854 }
              api: { listen: here }
              nodes: {}
            notifications:
              reminder: soon
              channels:
                chat: { slack: { webhook-file: /hook }, clusters: [mian, main] }
                ping: { healthchecks: { url-env: U, schedules: [weekly, never] } }
                hook: { webhook: { url-env: U, body: "{{nothing}}" } }
            """);

    SettingsException e =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                SettingsFile.load(
                    file,
                    words ->
                        words.contains("--knd")
                            ? Optional.of("unknown option '--knd'")
                            : Optional.empty()));

    assertThat(e.faults())
        .extracting(fault -> fault.line() + " " + fault.option())
        .containsExactly(
            "3 repository.encryption",
            "7 clusters.main.backup.jobs",
            "8 clusters.main.wal.slot",
            "9 clusters.main.logical.checksums",
            "10 clusters.main.files.directories",
            "11 clusters.main.prove.plans.one.every",
            "14 retention.daily",
            "16 schedules.nightly.run",
            "17 schedules.weekly.when",
            "17 schedules.weekly.clusters",
            "20 service.jobs",
            "21 service.metrics.listen",
            "22 service.api",
            "22 service.api.listen",
            "23 service.nodes",
            "25 notifications.reminder",
            "27 notifications.channels.chat.clusters",
            "28 notifications.channels.ping.healthchecks.schedules",
            "29 notifications.channels.hook.webhook.body");
    assertThat(e.faults())
        .extracting(SettingsFault::toString)
        .contains(
            "16:19: schedules.nightly.run: could not be typed: unknown option '--knd'",
            "17:57: schedules.weekly.clusters: expected a declared cluster, found 'scond', which"
                + " means none",
            "28:61: notifications.channels.ping.healthchecks.schedules: expected a declared schedule,"
                + " found 'never'");
  }

  @Test
  void refusesPlansThatAreNoneAllTogether() throws IOException {
    assertFaults(
        """
        repository: {path: /r, key: {passphrase-env: P}}
        clusters:
          main:
            connection: host=x
            prove:
              plans:
                Weekly: {every: 7d}
                one: {backup: best, kinds: [physical, virtual]}
                two: {every: 5m, window: "01:00-25:00 UTC"}
                three: {every: 7d, window: "01:00-05:00 Mars/Phobos", level: heaven}
                four: {every: 7d, window: "01:00-01:00 UTC", within: 30d}
                five: {every: 7d, kinds: [logical], at: random}
                six: {every: 7d, kinds: []}
        """,
        "7:9: clusters.main.prove.plans: 'Weekly' is not a name of a plan. Use 1 to 40 "
            + "lower-case letters, digits, '_' and '-', starting with a letter or digit.",
        "8:14: clusters.main.prove.plans.one: expected 'every', found none",
        "8:23: clusters.main.prove.plans.one.backup: expected newest or random or "
            + "oldest, found 'best'",
        "8:47: clusters.main.prove.plans.one.kinds: expected physical or logical or "
            + "files, found 'virtual'",
        "9:22: clusters.main.prove.plans.two.every: expected a duration from 1h to "
            + "3650d, found '5m'",
        "9:34: clusters.main.prove.plans.two.window: expected a time of day and its time "
            + "zone, such as 01:00-05:00 Europe/Paris; found a time that no clock shows, or a "
            + "zone that nobody knows",
        "10:36: clusters.main.prove.plans.three.window: expected a time of day and its "
            + "time zone, such as 01:00-05:00 Europe/Paris; found a time that no clock shows, "
            + "or a zone that nobody knows",
        "10:70: clusters.main.prove.plans.three.level: expected stored or intact or "
            + "restored or sound or equal, found 'heaven'",
        "11:35: clusters.main.prove.plans.four.window: expected a time of day that ends "
            + "at another time than it begins, found none",
        "12:49: clusters.main.prove.plans.five.at: only physical backups are recovered "
            + "to a moment; found a plan for others",
        "13:33: clusters.main.prove.plans.six.kinds: expected a list of physical, "
            + "logical and files, found an empty list");
  }

  @Test
  void namesTheNearestOption() throws IOException {
    assertCluster(
        "dta-directory: x",
        "5:5: clusters.main.dta-directory: unknown option; did you mean 'data-directory'?");
    assertCluster(
        "data_directory: x",
        "5:5: clusters.main.data_directory: unknown option; did you mean 'data-directory'?");
    assertCluster(
        "wal: {slto: x}", "5:11: clusters.main.wal.slto: unknown option; did you mean 'slot'?");
    assertFaults(
        "repository:\n  path: /r\n  key:\n    passphrase: hunter2hunter2\n",
        "4:5: repository.key.passphrase: unknown option; did you mean 'passphrase-file'?",
        "4:5: repository.key: expected exactly one of passphrase-file, passphrase-env,"
            + " passphrase-command, private-key-file; found none");
  }

  @Test
  void refusesSitesThatAreNone() throws IOException {
    assertFaults(
        """
        repository:
          sites:
            nas: {path: /mnt/nas, required: yes}
            Off Site: {path: /mnt/other}
            cloud: {}
          key: {passphrase-env: P}
        """,
        "3:37: repository.sites.nas.required: expected true or false, found 'yes'",
        "4:5: repository.sites: 'Off Site' is not a name of a site. Use 1 to 63 lower-case letters,"
            + " digits, '-' and '_', starting with a letter or digit.",
        "5:12: repository.sites.cloud: expected exactly one of path, s3, sftp; found none");
    assertFaults(
        """
        repository:
          sites:
            nas: {path: /mnt/nas}
            offsite: {path: /mnt/nas/../nas}
          key: {passphrase-env: P}
        """,
        "3:5: repository.sites: expected each site in a place of its own, found nas and offsite"
            + " both at /mnt/nas");
    assertFaults(
        "repository:\n  path: /r\n  sites: {nas: {path: /n}}\n  key: {passphrase-env: P}\n",
        "2:3: repository: expected exactly one of path, s3, sftp, sites; found path, sites");
    assertFaults(
        "repository:\n  sites: {}\n  key: {passphrase-env: P}\n",
        "2:10: repository.sites: expected at least one site, found none");
  }

  @Test
  void refusesLimitsThatAreNone() throws IOException {
    assertFaults(
        """
        repository:
          sites:
            nas: {path: /nas, limit: 5MB/s Mo-Xx}
            offsite: {path: /offsite, limit-time-zone: UTC}
          limit: 20MB/s
          encryption: none
        """,
        "3:30: repository.sites.nas.limit: expected a rate such as 20MB/s, or '5MB/s Mo-Fr"
            + " 08:00-18:00, 50MB/s'; found '5MB/s Mo-Xx'",
        "4:48: repository.sites.offsite.limit-time-zone: expected a limit beside its time zone,"
            + " found none",
        "5:10: repository.limit: expected it below each of the sites, found it beside 'sites'");
  }

  @Test
  void refusesWhatIsGivenTwice() throws IOException {
    assertFaults(
        "repository:\n  path: /a\n  key: {passphrase-env: P}\n  path: /b\n",
        "4:3: repository.path: given twice, first in line 2");
    assertFaults(
        REPOSITORY + "clusters:\n  a: {connection: host=x}\n  a: {connection: host=y}\n",
        "6:3: clusters.a: given twice, first in line 5");
  }

  @Test
  void refusesWrongKindsOfValues() throws IOException {
    assertFaults("repository: /r\n", "1:13: repository: expected a section, found a single value");
    assertFaults(
        "repository:\n  path: [/r]\n  key: {passphrase-env: P}\n",
        "2:9: repository.path: expected a path, found a list");
    assertFaults(
        "repository:\n  path:\n  key: {passphrase-env: P}\n",
        "2:8: repository.path: expected a path, found nothing");
    assertFaults(
        REPOSITORY + "clusters: [main]\n",
        "4:11: clusters: expected clusters by name, found a list");
    assertFaults(
        "repository:\n  path: /r\n  key:\n    passphrase-command: pass show\n",
        "4:25: repository.key.passphrase-command: expected a list of a program and its arguments,"
            + " found a single value");
    assertFaults(
        "repository:\n  path: /r\n  key: {passphrase-command: []}\n",
        "3:29: repository.key.passphrase-command: expected a list of a program and its arguments,"
            + " found an empty list");
    assertFaults("- repository\n", "1:1: expected a section, found a list");
    assertFaults(
        "repository: {path: /r, key: {passphrase-env: P}}\n[a, b]: c\n",
        "2:1: expected the name of an option, found a list");
  }

  @Test
  void refusesWhatIsNoServer() throws IOException {
    String key = "  key: {passphrase-env: P}\n";
    assertFaults(
        "repository:\n  sftp: {host: 'a b', port: 0, path: ../x, host-key: AAAA}\n" + key,
        "2:9: repository.sftp: expected 'user', found none",
        "2:16: repository.sftp.host: expected a host name or address",
        "2:29: repository.sftp.port: expected a whole number from 1 to 65535, found '0'",
        "2:38: repository.sftp.path: expected a path on the server, without '..' and '~'",
        "2:54: repository.sftp.host-key: expected a public key such as 'ssh-ed25519 AAAA…'");
    assertFaults(
        "repository:\n  sftp: {host: h, user: u, path: /p, password-env: A, password-file: /f,"
            + " identity-file: /i, known-hosts-file: /k, host-key: ssh-ed25519 AAAA}\n"
            + key,
        "2:9: repository.sftp: expected at most one of password-file, password-env; found all of"
            + " them",
        "2:9: repository.sftp: expected either a private key or a password, found both",
        "2:111: repository.sftp.known-hosts-file: expected either this or 'host-key', found both");
  }

  @Test
  void refusesWhatIsNoBucket() throws IOException {
    String key = "  key: {passphrase-env: P}\n";
    assertFaults(
        "repository:\n  path: /r\n  s3: {bucket: b01}\n" + key,
        "2:3: repository: expected exactly one of path, s3, sftp, sites; found path, s3");
    assertFaults(
        "repository:\n  s3: {prefix: /a, endpoint: minio, kms-key: k, storage-class: GLACIER}\n"
            + key,
        "2:7: repository.s3: expected 'bucket', found none",
        "2:16: repository.s3.prefix: expected a path such as databases/holdfast, without '/' at its"
            + " ends",
        "2:30: repository.s3.endpoint: expected an address such as https://minio.example.com:9000",
        "2:46: repository.s3.kms-key: expected no key without 'sse: aws:kms'",
        "2:64: repository.s3.storage-class: expected a storage class that can be read at once, such"
            + " as STANDARD_IA");
    assertFaults(
        "repository:\n  s3: {bucket: b01, credentials: {access-key-env: A, access-key-file: /f}}\n"
            + key,
        "2:34: repository.s3.credentials: expected exactly one of access-key-file, access-key-env,"
            + " access-key-command; found access-key-file, access-key-env",
        "2:34: repository.s3.credentials: expected exactly one of secret-key-file, secret-key-env,"
            + " secret-key-command; found none");
    assertFaults(
        "repository:\n  s3: {bucket: b01, endpoint: 'https://me:hunter2hunter2@minio'}\n" + key,
        "2:31: repository.s3.endpoint: expected an address such as https://minio.example.com:9000");
  }

  @Test
  void refusesValuesOutOfRange() throws IOException {
    assertCluster(
        "backup: {jobs: 0}",
        "5:20: clusters.main.backup.jobs: expected a whole number from 1 to 64, found '0'");
    assertCluster(
        "backup: {jobs: 2.5}",
        "5:20: clusters.main.backup.jobs: expected a whole number from 1 to 64, found '2.5'");
    assertCluster(
        "backup: {compression-level: 20}",
        "5:33: clusters.main.backup.compression-level: expected a whole number from 0 to 19, found '20'");
    assertCluster(
        "backup: {checkpoint: slow}",
        "5:26: clusters.main.backup.checkpoint: expected fast or spread, found 'slow'");
    assertCluster(
        "backup: {read-rate-limit: fast}",
        "5:31: clusters.main.backup.read-rate-limit: expected a size: not a size: 'fast' (write for example 64MiB)");
    for (String duration : List.of("5", "0s", "5 s", "2d", "1h30m", "-5s")) {
      assertCluster(
          "wal: {ship-interval: " + duration + "}",
          "5:26: clusters.main.wal.ship-interval: expected a duration from 1s to 1d, found '"
              + duration
              + "'");
    }
    assertCluster(
        "wal: {slot: My-Slot}",
        "5:17: clusters.main.wal.slot: expected the name of a replication slot: 1 to 63 of a-z, 0-9 and '_'");
    assertCluster(
        "wal: {spool-directory: ~/spool}",
        "5:28: clusters.main.wal.spool-directory: expected a path, found one with '~', which is not expanded: write it in full");
    assertFaults(
        "repository:\n  path: /r\n  key: {passphrase-env: 1-x}\n",
        "3:25: repository.key.passphrase-env: expected the name of an environment variable");
  }

  @Test
  void demandsOneKeyForAnEncryptedRepositoryAndNoneForAPlainOne() throws IOException {
    assertFaults(
        "repository:\n  path: /r\n",
        "2:3: repository: expected 'key', as encryption is required; found none");
    assertFaults(
        "repository:\n  path: /r\n  key:\n",
        "3:7: repository.key: expected exactly one of passphrase-file, passphrase-env,"
            + " passphrase-command, private-key-file; found none");
    assertFaults(
        "repository:\n  path: /r\n  key:\n    passphrase-env: P\n    private-key-file: /k\n",
        "4:5: repository.key: expected exactly one of passphrase-file, passphrase-env,"
            + " passphrase-command, private-key-file; found passphrase-env, private-key-file");
    assertFaults(
        "repository:\n  path: /r\n  encryption: none\n  key: {passphrase-env: P}\n",
        "4:8: repository.key: expected no key, as encryption is none: nothing would be encrypted");
  }

  @Test
  void refusesAPasswordInTheConnectionAndDoesNotRepeatIt() throws IOException {
    for (String connection :
        List.of(
            "host=x password=hunter2",
            "password = 'hunter2' host=x",
            "host='a b' sslpassword=hunter2",
            "host=x options='-c a=b\\'c' password=hunter2",
            "postgresql://me:hunter2@host/db",
            "postgres://me:hunter2@host",
            "postgresql://host/db?password=hunter2",
            "postgresql://host/db?sslmode=require&%70assword=hunter2")) {
      SettingsException e =
          refused(
              REPOSITORY + "clusters:\n  main:\n    connection: " + Yaml.text(connection) + "\n");

      assertThat(e.faults()).as(connection).hasSize(1);
      assertThat(e.faults().getFirst().line()).isEqualTo(6);
      assertThat(e.faults().getFirst().column()).isEqualTo(17);
      assertThat(e.getMessage()).contains("password").contains(".pgpass").doesNotContain("hunter2");
    }
  }

  @Test
  void takesConnectionsWithoutAPassword() throws IOException {
    for (String connection :
        List.of(
            "host=/run/postgresql",
            "host = x port = 5432",
            "host='password=no' passfile=/etc/holdfast/pgpass",
            "user= host=x",
            "dbname=password",
            "service=backup",
            "postgresql://",
            "postgresql://me@host:5432,other:5433/db?target_session_attrs=any",
            "postgresql:///db?host=/run/postgresql")) {
      Path file =
          write(REPOSITORY + "clusters:\n  main:\n    connection: \"" + connection + "\"\n");

      assertThat(SettingsFile.load(file).clusters()).as(connection).hasSize(1);
    }
  }

  @Test
  void refusesAConnectionThatIsNone() throws IOException {
    assertThat(
            refused(REPOSITORY + "clusters:\n  main:\n    connection: host=x nonsense\n").faults())
        .extracting(SettingsFault::toString)
        .containsExactly(
            "6:17: clusters.main.connection: expected words such as host=… separated by spaces, or"
                + " a postgresql:// URI; found something else at character 8");
  }

  @Test
  void placesFaultsOfTheSyntax() throws IOException {
    assertThat(refused("repository:\n  path: \"/r\n").faults().getFirst().toString())
        .startsWith("3:1: not YAML: ");
    assertThat(refused("repository:\n\tpath: /r\n").faults().getFirst().toString())
        .startsWith("2:1: not YAML: ");
    assertFaults("", "1:1: the file is empty");
    assertFaults("# nothing but a comment\n", "1:1: the file is empty");
    assertThat(refused("a: 1\n---\nb: 2\n").faults()).hasSize(1);
  }

  @Test
  void refusesWhatIsMadeToExhaust() throws IOException {
    assertFaults("[".repeat(500_000), "1:1: not a configuration: it is nested too deeply");
    String name = "a".repeat(500_000);
    assertThat(refused("? " + name + "\n: 1\n" + REPOSITORY).faults()).hasSize(1);
    assertThat(refused("a: &a [*a, *a]\n" + REPOSITORY).faults()).hasSize(1);
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Files.write(
        directory.resolve("holdfast.yaml"),
        "repository: ü\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(load().faults())
        .extracting(SettingsFault::toString)
        .containsExactly("1:1: expected UTF-8, found other bytes");
  }

  @Test
  void refusesRetentionThatKeepsNothing() throws IOException {
    assertFaults(
        REPOSITORY + "retention: {grace: 1d}\n",
        "4:12: retention: expected at least one of last, hourly, daily, weekly, monthly, yearly,"
            + " within; found none: nothing would be kept");
    assertFaults(
        REPOSITORY + "retention:\n",
        "4:11: retention: expected at least one of last, hourly, daily, weekly, monthly, yearly,"
            + " within; found none: nothing would be kept");
    assertCluster(
        "retention: {daily: 0}",
        "5:24: clusters.main.retention.daily: expected a whole number from 1 to 100000, found '0'");
  }

  @Test
  void refusesRetentionThatIsMisspelt() throws IOException {
    assertCluster(
        "retention: {dayly: 7, within: 30 days, time-zone: Mars/Olympus}",
        "5:17: clusters.main.retention.dayly: unknown option; did you mean 'daily'?",
        "5:35: clusters.main.retention.within: expected a duration from 1h to 36500d, found"
            + " '30 days'",
        "5:55: clusters.main.retention.time-zone: expected a time zone such as UTC or"
            + " Europe/Berlin; found one that nobody knows");
  }

  private void assertCluster(String line, String... faults) throws IOException {
    assertFaults(
        "repository: {path: /r, key: {passphrase-env: P}}\nclusters:\n  main:\n"
            + "    connection: host=x\n    "
            + line
            + "\n",
        faults);
  }

  private void assertFaults(String yaml, String... faults) throws IOException {
    assertThat(refused(yaml).faults()).extracting(SettingsFault::toString).containsExactly(faults);
  }

  private SettingsException refused(String yaml) throws IOException {
    write(yaml);
    return load();
  }

  private SettingsException load() {
    return catchThrowableOfType(
        SettingsException.class, () -> SettingsFile.load(directory.resolve("holdfast.yaml")));
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(directory.resolve("holdfast.yaml"), yaml);
  }
}
