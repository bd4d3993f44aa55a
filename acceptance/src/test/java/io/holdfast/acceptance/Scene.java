package io.holdfast.acceptance;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.sftp.OpenSshServer;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A person, the built program, a server, and a folder to work in. */
final class Scene {
  static final String PASSPHRASE = "correct horse battery staple";

  private final BuiltProgram program = BuiltProgram.ofThisBuild();
  private final Path folder;

  Scene(Path folder, TestCluster cluster) {
    this.folder = folder;
    letTheServerPass();
    write("passphrase", PASSPHRASE + "\n");
    write("holdfast.yaml", settings("passphrase", cluster));
  }

  /** A restored server runs as another user if we are root, and has to come to its directory. */
  private void letTheServerPass() {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * From now on that user can do what we can: the set-up of whoever runs everything as postgres.
   */
  void handOverTo(ServerAccount account) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(path -> !Files.isSymbolicLink(path)).forEach(account::own);
    }
  }

  /** The repository elsewhere: in these lines, to which the key is added. */
  void configure(String repository, TestCluster cluster) {
    write("holdfast.yaml", settings(repository, "passphrase", cluster));
  }

  /** The lines of a repository on that server, for {@link #configure}. */
  static String on(OpenSshServer server) throws IOException {
    return """
    repository:
      sftp:
        host: 127.0.0.1
        port: %d
        user: %s
        path: %s/repository
        host-key: %s
        identity-file: %s
    """
        .formatted(
            server.port(), server.user(), server.data(), server.hostKey(), server.clientKey());
  }

  private static String settings(String passphraseFile, TestCluster cluster) {
    return settings("repository:\n  path: repository\n", passphraseFile, cluster);
  }

  private static String settings(String repository, String passphraseFile, TestCluster cluster) {
    return """
    %s
      key:
        passphrase-file: %s
    clusters:
      main:
        connection: "%s"
        bin-directory: %s
        wal:
          ship-interval: 1s
          spool-directory: spool
    """
        .formatted(
            repository.strip(),
            passphraseFile,
            cluster.conninfo(),
            cluster.major().binaries().directory());
  }

  /** Another configuration of the same, with a passphrase that does not fit. */
  Path withWrongPassphrase(TestCluster cluster) {
    write("wrong", "incorrect horse battery staple\n");
    return write("wrong.yaml", settings("wrong", cluster));
  }

  private Path write(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path at(String name) {
    return folder.resolve(name);
  }

  BuiltProgram.Ran run(String... words) {
    return program.run(withConfig(words));
  }

  /** Runs it and fails unless it succeeds; gives what it printed. */
  String succeed(String... words) {
    BuiltProgram.Ran ran = run(words);
    if (ran.status() != 0) {
      throw new AssertionError(
          "exit " + ran.status() + " of " + List.of(words) + "\n" + ran.out() + ran.err());
    }
    return ran.out();
  }

  /** Starts it and returns at once; its output goes to a file of that name. */
  Process start(String output, String... words) {
    return start(Map.of(), output, words);
  }

  /**
   * @param environment beside ours
   */
  Process start(Map<String, String> environment, String output, String... words) {
    List<String> command = new ArrayList<>(List.of(program.launcher().toString()));
    command.addAll(Arrays.asList(withConfig(words)));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(output).toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] withConfig(String... words) {
    return Stream.concat(
            Stream.of("--config", folder.resolve("holdfast.yaml").toString()), Arrays.stream(words))
        .toArray(String[]::new);
  }
}
