package io.holdfast.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program as a user has it: the folder, started through its launcher. */
final class BuiltProgram {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path folder;

  private BuiltProgram(Path folder) {
    this.folder = folder;
  }

  /** The one this build has made. */
  static BuiltProgram ofThisBuild() {
    return at(Path.of(System.getProperty("holdfast.distribution")).normalize());
  }

  static BuiltProgram at(Path folder) {
    if (!Files.isExecutable(folder.resolve("bin/holdfast"))) {
      throw new IllegalStateException("no distribution in " + folder + ": run mvn verify");
    }
    return new BuiltProgram(folder);
  }

  Path folder() {
    return folder;
  }

  Path launcher() {
    return folder.resolve("bin/holdfast");
  }

  Ran run(String... words) {
    return run(Map.of(), words);
  }

  Ran run(Map<String, String> environment, String... words) {
    return run(launcher(), environment, words);
  }

  static Ran run(Path launcher, Map<String, String> environment, String... words) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(words));
    try {
      Path out = Files.createTempFile("holdfast", ".out");
      Path err = Files.createTempFile("holdfast", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("did not end in " + PATIENCE + ": " + command);
      }
      Ran ran = new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }

  /** What one run left. */
  record Ran(int status, String out, String err) {}
}
