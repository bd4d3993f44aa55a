package io.holdfast.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Server programs of one version, unpacked and ready to run: initdb, pg_ctl, postgres and the
 * contrib extensions, no client programs.
 *
 * @param home holds {@code bin}, {@code lib} and {@code share}
 */
public record PostgresBinaries(Path home, int major, String version) {
  /**
   * Takes the newest jar of that major version among the places, which are jars or folders of jars,
   * and the class path; unpacks it unless an earlier run did. Safe when several processes do it at
   * once.
   */
  public static Optional<PostgresBinaries> find(int major, List<Path> places) {
    return newest(places, OptionalInt.of(major));
  }

  /** Likewise, of the newest major version there is. */
  public static Optional<PostgresBinaries> newest(List<Path> places) {
    return newest(places, OptionalInt.empty());
  }

  private static Optional<PostgresBinaries> newest(List<Path> places, OptionalInt major) {
    return BinariesJar.in(places).stream()
        .filter(jar -> major.isEmpty() || jar.major() == major.getAsInt())
        .max(BinariesJar.BY_VERSION)
        .map(BinariesCache::unpacked);
  }

  /** Where the programs are. */
  public Path directory() {
    return home.resolve("bin");
  }

  String program(String name) {
    return directory().resolve(name).toString();
  }
}
