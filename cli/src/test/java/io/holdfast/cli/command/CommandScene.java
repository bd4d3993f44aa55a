package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.Program;
import io.holdfast.cli.terminal.Captured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The program with a clock of the test, and an encrypted repository with a backup of files. */
final class CommandScene {
  private final Path home;

  private Instant now = Instant.parse("2026-11-22T08:17:00Z");

  private CommandScene(Path home) {
    this.home = home;
  }

  static CommandScene begin(Path home) throws IOException {
    CommandScene scene = new CommandScene(home);
    scene.prepare();
    return scene;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  record Ran(int status, String out, String err) {}

  Ran run(String... words) {
    Captured captured = Captured.pipes();
    String[] all = new String[words.length + 2];
    all[0] = "-c";
    all[1] = home.resolve("holdfast.yaml").toString();
    System.arraycopy(words, 0, all, 2, words.length);
    now = now.plusSeconds(1);
    InstantSource clock = () -> now;
    int status = new Program(captured.streams(), clock, () -> false).run(all);
    return new Ran(status, captured.out(), captured.err());
  }

  Ran succeed(String... words) {
    Ran ran = run(words);
    assertThat(ran.status()).as("%s: %s", String.join(" ", words), ran).isZero();
    return ran;
  }

  void configure(String... prove) {
    String yaml =
        """
        repository:
          path: repository
          key: {passphrase-file: passphrase}
        clusters:
          main:
            connection: host=/nowhere
            files: {directories: ["%s"]}
            prove:
              scratch-directory: scratch
        """
            .formatted(home.resolve("uploads"));
    try {
      Files.writeString(home.resolve("holdfast.yaml"), yaml + String.join("", prove).indent(6));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With one backup, and a repository made by hand: init wants a server. */
  private void prepare() throws IOException {
    // The account of the copy's server has to get to the scratch directory.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path passphrase = Files.writeString(home.resolve("passphrase"), "a long enough passphrase\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectories(home.resolve("uploads"));
    Files.writeString(home.resolve("uploads/one.txt"), "one");
    Files.createDirectories(home.resolve("scratch"));
    RepositoryOnDisk.create(home.resolve("repository"), passphrase);
    configure();
    succeed("backup", "main", "--kind", "files");
  }
}
