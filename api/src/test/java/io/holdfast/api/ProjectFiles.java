package io.holdfast.api;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Where the project's own files lie. */
final class ProjectFiles {
  private ProjectFiles() {}

  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("docs")) || !Files.exists(at.resolve("LICENSE"))) {
      at = Objects.requireNonNull(at.getParent(), "the root of the project");
    }
    return at;
  }
}
