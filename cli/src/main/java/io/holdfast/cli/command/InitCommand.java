package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.SetUp;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.Severity;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.Encryption;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NewSettings;
import io.holdfast.settings.SettingsFile;
import io.holdfast.settings.SiteSettings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "init",
    description = "Write a configuration, create the repository, check the server.",
    footerHeading = "%n",
    footer = {
      "A configuration that is there already is used as it is.",
      "Asks for what is not given, if a person is there. A passphrase file that does not exist is",
      "made, with a random passphrase. Exit status 1 means: done, but the server lacks something."
    })
final class InitCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "What to call it (default: main).")
  private @Nullable String cluster;

  @Option(
      names = "--connection",
      paramLabel = "CONNINFO",
      description = "How to reach the server: libpq connection string or URI, no password.")
  private @Nullable String connection;

  @Option(
      names = "--source",
      paramLabel = "local|sql",
      description =
          "Where backups read: this machine's disks, or through the connection (default: local).")
  private ClusterSettings.@Nullable Source source;

  @Option(
      names = "--data-directory",
      paramLabel = "DIR",
      description = "Where its data directory lies here (default: as the server says).")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--bin-directory",
      paramLabel = "DIR",
      description = "Where PostgreSQL's programs are (default: looked for).")
  private @Nullable Path binDirectory;

  @Option(
      names = "--repository",
      paramLabel = "PLACE",
      description =
          "Where backups will rest: a directory, s3://BUCKET[/PREFIX], or sftp://USER@HOST[:PORT]/PATH.")
  private @Nullable String repository;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description = "Address of an S3 store other than Amazon's.")
  private @Nullable URI endpoint;

  @Option(names = "--s3-region", paramLabel = "NAME", description = "Region of the bucket.")
  private @Nullable String region;

  @Option(
      names = "--encryption",
      paramLabel = "required|none",
      description = "Whether the repository is encrypted (default: required).")
  private Encryption encryption = Encryption.REQUIRED;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "The passphrase (default: holdfast.passphrase beside the configuration).")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--passphrase-env",
      paramLabel = "NAME",
      description = "The environment variable that has it.")
  private @Nullable String passphraseVariable;

  @Option(
      names = "--passphrase-command",
      paramLabel = "WORD",
      arity = "1",
      description = "A program that prints it; repeat the option for its arguments.")
  private @Nullable List<String> passphraseCommand;

  @Option(
      names = "--private-key-file",
      paramLabel = "FILE",
      description = "A private key instead, as 'holdfast key generate' makes it.")
  private @Nullable Path privateKeyFile;

  @Option(names = "--non-interactive", description = "Ask nothing.")
  private boolean nonInteractive;

  InitCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    Path file = rooms.configNamed().orElse(Path.of(SettingsFile.NAME)).toAbsolutePath().normalize();
    SetUp.Done done =
        Files.exists(file) ? existing(file).run() : SetUp.fresh(file, settings(file), rooms).run();
    List<Finding> findings = new ArrayList<>();
    for (ClusterName name : done.settings().clusters().keySet()) {
      findings.addAll(
          rooms.withCluster(
              done.settings(),
              name,
              open -> ServerCheck.of(open, false, console.clock()).findings()));
    }
    console.answer(InitAnswer.of(done, findings));
    return Finding.any(findings, Severity.FAULT) ? ExitStatus.NO : ExitStatus.DONE;
  }

  /** A file that is there is used as it is: what it says is not to be said again. */
  private SetUp existing(Path file) {
    if (Stream.of(
            cluster,
            connection,
            source,
            repository,
            endpoint,
            region,
            dataDirectory,
            binDirectory,
            passphraseFile,
            passphraseVariable,
            passphraseCommand,
            privateKeyFile)
        .anyMatch(Objects::nonNull)) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not write " + file + ": there is a configuration already",
          "Say only 'holdfast init' to set up what it declares; or edit it, or name another one"
              + " with --config.");
    }
    return SetUp.existing(file, rooms);
  }

  private NewSettings settings(Path file) {
    Questions questions = new Questions(console, !nonInteractive);
    ClusterName name =
        new ClusterName(questions.answer(cluster, "--cluster", "Name of the cluster", "main"));
    String conninfo =
        questions.answer(
            connection,
            "--connection",
            "How to reach its server",
            "host=/var/run/postgresql user=postgres dbname=postgres");
    String place =
        questions.answer(
            repository,
            "--repository",
            "Directory for the backups, better on another disk, or s3://BUCKET, or sftp://USER@HOST/PATH",
            "/var/lib/holdfast/repository");
    return new NewSettings(
        site(place),
        encryption,
        encryption == Encryption.NONE ? noKey() : Optional.of(key(file)),
        name,
        conninfo,
        source == null ? ClusterSettings.Source.LOCAL : source,
        Optional.ofNullable(dataDirectory).map(Path::toAbsolutePath),
        Optional.ofNullable(binDirectory).map(Path::toAbsolutePath));
  }

  private SiteSettings site(String place) {
    if (place.startsWith("s3:")) {
      return NewSettings.bucket(place, Optional.ofNullable(endpoint), Optional.ofNullable(region));
    }
    if (endpoint != null || region != null) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not use an endpoint or a region for " + place + ": it is no bucket",
          "A bucket is written as s3://BUCKET[/PREFIX].");
    }
    if (place.startsWith("sftp:")) {
      return NewSettings.server(place);
    }
    return new SiteSettings.Directory(Path.of(place).toAbsolutePath().normalize());
  }

  private KeySettings key(Path file) {
    if (passphraseVariable != null) {
      return new KeySettings.PassphraseEnvironment(passphraseVariable);
    }
    if (passphraseCommand != null) {
      return new KeySettings.PassphraseCommand(passphraseCommand);
    }
    if (privateKeyFile != null) {
      return new KeySettings.PrivateKeyFile(privateKeyFile.toAbsolutePath());
    }
    return new KeySettings.PassphraseFile(
        passphraseFile == null
            ? file.resolveSibling("holdfast.passphrase")
            : passphraseFile.toAbsolutePath().normalize());
  }

  private Optional<KeySettings> noKey() {
    if (passphraseFile != null
        || passphraseVariable != null
        || passphraseCommand != null
        || privateKeyFile != null) {
      throw new HoldfastException(
          ExitStatus.USAGE, "there is no use for a key: --encryption=none", "Leave out either.");
    }
    return Optional.empty();
  }
}
