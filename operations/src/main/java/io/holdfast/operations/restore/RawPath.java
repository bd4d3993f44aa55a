package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Stored paths are bytes, here as ISO-8859-1 text; the JVM would encode them by the locale it was
 * started in. A file URI carries bytes as they are, whatever the locale.
 */
final class RawPath {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private RawPath() {}

  /**
   * @throws HoldfastException (repository) if the path leads out of the directory
   */
  static Path below(Path directory, String stored) {
    if (stored.isEmpty() || stored.startsWith("/") || stored.indexOf('\0') >= 0) {
      throw unsafe(stored);
    }
    for (String name : stored.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw unsafe(stored);
      }
    }
    return directory.resolve(
        plain(stored)
            ? Path.of(stored)
            : Path.of("/").relativize(Path.of(URI.create("file:///" + percentEncoded(stored)))));
  }

  /** A path of any form from its bytes. */
  static Path of(String stored) {
    return plain(stored) || !stored.startsWith("/")
        ? Path.of(stored)
        : Path.of(URI.create("file://" + percentEncoded(stored)));
  }

  private static boolean plain(String stored) {
    for (int i = 0; i < stored.length(); i++) {
      if (stored.charAt(i) >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  private static String percentEncoded(String stored) {
    StringBuilder uri = new StringBuilder();
    for (byte b : stored.getBytes(StandardCharsets.ISO_8859_1)) {
      char c = (char) (b & 0xFF);
      if (c == '/' || (c < 0x7F && Character.isLetterOrDigit(c)) || c == '.' || c == '_') {
        uri.append(c);
      } else {
        uri.append('%').append(HEX.toHexDigits(b));
      }
    }
    return uri.toString();
  }

  private static HoldfastException unsafe(String stored) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not restore '" + stored + "': expected a path inside the data directory",
        "Nothing was written for it. `holdfast verify` checks the backup.");
  }
}
