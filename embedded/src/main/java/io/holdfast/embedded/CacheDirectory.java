package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where unpacked programs are kept from run to run: ours alone to write, because we run what lies
 * there, and open to the server's user, who is another one when we are root.
 */
final class CacheDirectory {
  private CacheDirectory() {}

  static Path shared() {
    List<String> refusals = new ArrayList<>();
    for (Path place : places()) {
      try {
        Path made = Files.createDirectories(place).toRealPath();
        String refusal = refusal(made);
        if (refusal == null) {
          return made;
        }
        refusals.add(made + " " + refusal);
      } catch (IOException e) {
        refusals.add(e.toString());
      }
    }
    throw new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not find a place for the server's programs: " + String.join("; ", refusals),
        "Set XDG_CACHE_HOME to a directory of yours that other users may enter.");
  }

  private static List<Path> places() {
    List<Path> places = new ArrayList<>();
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && xdg.startsWith("/")) {
      places.add(Path.of(xdg, "holdfast"));
    }
    if (ServerAccount.weAreRoot()) {
      places.add(Path.of("/var/cache/holdfast"));
    } else {
      places.add(Path.of(System.getProperty("user.home"), ".cache", "holdfast"));
    }
    places.add(
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "holdfast-cache-" + System.getProperty("user.name")));
    return places;
  }

  private static @Nullable String refusal(Path directory) throws IOException {
    int mode = mode(directory);
    if (!Files.getAttribute(directory, "unix:uid").equals(ServerAccount.ourUid())) {
      return "belongs to somebody else";
    }
    if ((mode & 0022) != 0) {
      return "may be written by others";
    }
    for (Path p = directory; p != null && ServerAccount.weAreRoot(); p = p.getParent()) {
      if ((mode(p) & 0001) == 0) {
        return "cannot be entered by the server's user";
      }
    }
    return Files.isWritable(directory) ? null : "cannot be written";
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode");
  }
}
