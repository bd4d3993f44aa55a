package io.holdfast.postgres.directory;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Prints the walk of a directory, and copies its files into another, in a locale of its own. */
final class WalkProgram {
  private WalkProgram() {}

  public static void main(String[] arguments) {
    Path copy = Path.of(arguments[1]);
    DataDirectory.open(Path.of(arguments[0]))
        .walk(entry -> {
          String hex = HexFormat.of().formatHex(entry.path().getBytes(StandardCharsets.ISO_8859_1));
          System.out.println(entry.kind() + " " + hex);
          try {
            Path to = RawPath.resolve(copy, entry.path());
            if (entry.kind() == Entry.Kind.FILE) {
              Files.copy(RawPath.resolve(Path.of(arguments[0]), entry.location()), to);
            } else {
              Files.createDirectory(to);
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }
}
