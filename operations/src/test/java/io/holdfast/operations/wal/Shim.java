package io.holdfast.operations.wal;

import io.holdfast.embedded.ServerAccount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A copy of holdfast-wal, with a stand-in for the program beside it that only notes its words. */
final class Shim implements AutoCloseable {
  private final Path home;
  private final Path shim;

  /** Exit status of the stand-in. */
  static final int STAND_IN = 42;

  record Result(int status, String out) {}

  Shim() throws IOException {
    home = ServerAccount.current().newTemporaryDirectory("hfshim");
    shim = home.resolve("holdfast-wal");
    Files.copy(Path.of("../distribution/src/main/launcher/holdfast-wal"), shim);
    Path program = home.resolve("holdfast");
    Files.writeString(program, "#!/bin/sh\necho \"$@\" >>'" + log() + "'\nexit " + STAND_IN + "\n");
    for (Path file : List.of(shim, program)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      ServerAccount.current().own(file);
    }
  }

  private Path log() {
    return home.resolve("words");
  }

  Path config() {
    return home.resolve("holdfast.yaml");
  }

  Path deskFile() {
    return WalDesk.file(
        config(),
        new io.holdfast.vocabulary.ClusterName("shop"),
        Map.of("HOLDFAST_RUN_DIR", home.toString()));
  }

  /** As it stands in postgresql.conf, without the file names. */
  String command(String verb) {
    return "env HOLDFAST_RUN_DIR="
        + home
        + " "
        + shim
        + " "
        + verb
        + " --config "
        + config()
        + " shop";
  }

  /** What the program was started with, line by line. */
  List<String> programStarts() throws IOException {
    return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
  }

  Result run(Path directory, String verb, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(shim.toString(), verb, "--config", config().toString(), "shop"));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(ServerAccount.current().command(command))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("HOLDFAST_RUN_DIR", home.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("holdfast-wal does not end");
    }
    return new Result(process.exitValue(), out);
  }

  @Override
  public void close() {
    deleteTree(home);
  }

  /** Also what belongs to the server's user, which a temporary directory of JUnit may not hold. */
  static void deleteTree(Path tree) {
    try (var all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
