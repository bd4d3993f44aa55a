package io.holdfast.postgres.programs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program of PostgreSQL says of itself.
 *
 * @param text {@code 15.14}
 */
public record ProgramVersion(int major, String text) {
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)[^ \\n]*)");
  private static final long ANSWER_SECONDS = 20;

  /** Empty if it is none of PostgreSQL's, or does not answer. */
  public static Optional<ProgramVersion> of(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return Optional.empty();
      }
      // A line, which fits into the pipe; something that it started may hold that open.
      InputStream output = process.getInputStream();
      String said = new String(output.readNBytes(output.available()), StandardCharsets.UTF_8);
      Matcher version = VERSION.matcher(said);
      return version.find()
          ? Optional.of(new ProgramVersion(Integer.parseInt(version.group(2)), version.group(1)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
