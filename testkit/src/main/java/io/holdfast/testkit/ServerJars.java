package io.holdfast.testkit;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder into which the build of this module copies the jars with server binaries: {@code
 * target/postgres-binaries} beside our own classes or jar, or where the system property {@code
 * holdfast.postgres.binaries} says.
 */
final class ServerJars {
  private static final String PROPERTY = "holdfast.postgres.binaries";

  private ServerJars() {}

  static Path folder() {
    String told = System.getProperty(PROPERTY);
    Path folder = told == null ? besideOurClasses() : Path.of(told);
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          folder + " is missing: build the module testkit, or set -D" + PROPERTY + "=<folder>");
    }
    return folder;
  }

  private static Path besideOurClasses() {
    try {
      Path classes =
          Path.of(ServerJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolveSibling("postgres-binaries");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
