package io.holdfast.sftp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes keys as a person does. */
public final class TestKeys {
  private TestKeys() {}

  /** A pair of kind ed25519: the file, and beside it with ".pub" the public half. */
  public static Path generate(Path file, String passphrase) throws IOException {
    run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", "" + file));
    return file;
  }

  /** The public half: {@code ssh-ed25519 AAAA…}. */
  public static String publicLine(Path file) throws IOException {
    return Files.readString(Path.of(file + ".pub")).strip();
  }

  private static void run(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command.getFirst() + " failed: " + said);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
