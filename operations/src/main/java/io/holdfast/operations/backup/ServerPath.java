package io.holdfast.operations.backup;

import io.holdfast.postgres.RawPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Turns a path that the server told over SQL, in UTF-8, into one of this machine. */
final class ServerPath {
  private ServerPath() {}

  /** Keeps the bytes of the name whatever our own locale is. */
  static Path of(String told) {
    String raw = new String(told.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return RawPath.resolve(Path.of("/"), raw);
  }
}
