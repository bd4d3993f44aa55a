package io.holdfast.settings.secret;

import io.holdfast.vocabulary.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A secret in an environment variable. Taken as bytes from the kernel where it shows them: Java
 * decodes the environment by the locale, and under {@code LC_ALL=C} each letter beyond ASCII would
 * become the same question mark, so that the passphrase would be another one.
 */
public final class EnvironmentSecret {
  private static final Path KERNEL = Path.of("/proc/self/environ");

  private EnvironmentSecret() {}

  public static Secret read(String name) {
    String source = "the environment variable " + name;
    String decoded = System.getenv(name);
    if (decoded == null) {
      throw SecretBytes.failure(
          source, "it is not set", "Set it for the service or shell that runs Holdfast.", null);
    }
    byte[] bytes = bytes(name, decoded);
    try {
      return SecretBytes.from(new ByteArrayInputStream(bytes), source);
    } catch (IOException e) {
      throw SecretBytes.failure(source, String.valueOf(e.getMessage()), null, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] bytes(String name, String decoded) {
    byte[] all = new byte[0];
    try {
      all = Files.readAllBytes(KERNEL);
      byte[] start = (name + "=").getBytes(StandardCharsets.US_ASCII);
      for (int at = 0; at < all.length; ) {
        int end = at;
        while (end < all.length && all[end] != 0) {
          end++;
        }
        if (end - at >= start.length
            && Arrays.equals(all, at, at + start.length, start, 0, start.length)) {
          return Arrays.copyOfRange(all, at + start.length, end);
        }
        at = end + 1;
      }
    } catch (IOException e) {
      return decoded.getBytes(StandardCharsets.UTF_8);
    } finally {
      Arrays.fill(all, (byte) 0);
    }
    return decoded.getBytes(StandardCharsets.UTF_8);
  }
}
