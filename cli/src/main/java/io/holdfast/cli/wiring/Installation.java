package io.holdfast.cli.wiring;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder this program runs out of. The launcher tells where it is. */
public final class Installation {
  private Installation() {}

  /** The folder itself; {@code bin}, {@code lib} and {@code demo} lie in it. */
  public static Path folder() {
    return Path.of(System.getProperty("holdfast.home", "")).toAbsolutePath();
  }

  /** The program as another process is to call it. */
  public static Path launcher() {
    return bin().resolve("holdfast");
  }

  /** The program as the user called it, for what is printed to be typed. */
  public static String started() {
    return System.getProperty("holdfast.started", "holdfast");
  }

  /**
   * The words that fetch a WAL file; its name and destination follow them. A recovery goes on where
   * it began: out of the past, for what is there now may be what somebody destroyed; and without
   * sites that could not be reached, for of those nobody knows what they have not.
   */
  static List<String> walGetCommand(Path config, ReadFrom from, String cluster) {
    List<String> words = new ArrayList<>();
    Path quick = bin().resolve("holdfast-wal");
    if (Files.isExecutable(quick)) {
      words.addAll(List.of(quick.toString(), "get"));
    } else {
      words.addAll(List.of(launcher().toString(), "wal", "get"));
    }
    words.addAll(List.of("--config", config.toString()));
    from.asOf().ifPresent(moment -> words.add("--as-of=" + moment));
    from.site().ifPresent(site -> words.add("--site=" + site));
    from.without().forEach(site -> words.add("--without=" + site));
    words.add(cluster);
    return words;
  }

  private static Path bin() {
    return folder().resolve("bin");
  }
}
