package io.holdfast.operations.restore;

import io.holdfast.postgres.DataDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The places of the servers that run on this machine, so that nothing is restored into them. A
 * server's processes have its data directory as their working directory (postinit.c changes to it
 * once), so they are found without knowing where they are. Those of other users show only to root,
 * and nobody else could write there.
 */
final class LiveClusters {
  private final List<Live> clusters;

  /**
   * @param directory its data directory, links resolved
   * @param outside what belongs to it and lies elsewhere: tablespaces, and pg_wal where it is a
   *     link
   */
  private record Live(Path directory, List<Path> outside) {}

  private LiveClusters(List<Live> clusters) {
    this.clusters = clusters;
  }

  static LiveClusters find() {
    List<Live> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        dataDirectory(process)
            .filter(directory -> found.stream().noneMatch(l -> l.directory().equals(directory)))
            .ifPresent(directory -> found.add(new Live(directory, outside(directory))));
      }
    } catch (IOException e) {
      return new LiveClusters(List.of()); // no /proc: macOS and the like
    }
    return new LiveClusters(found);
  }

  /** Of the postmaster only: a server's data directory names it. */
  private static Optional<Path> dataDirectory(Path process) {
    try {
      Path directory = process.resolve("cwd").toRealPath();
      if (!Files.isRegularFile(directory.resolve("postmaster.pid"))
          || !Files.isRegularFile(directory.resolve("PG_VERSION"))) {
        return Optional.empty();
      }
      long pid = Long.parseLong(process.getFileName().toString());
      return DataDirectory.open(directory).postmaster().filter(p -> p == pid).map(p -> directory);
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // gone meanwhile, or not ours to see
    }
  }

  private static List<Path> outside(Path directory) {
    List<Path> places = new ArrayList<>();
    addLink(directory.resolve("pg_wal"), places);
    try (DirectoryStream<Path> links = Files.newDirectoryStream(directory.resolve("pg_tblspc"))) {
      links.forEach(link -> addLink(link, places));
    } catch (IOException e) {
      // It has none, or is just ending.
    }
    return places;
  }

  private static void addLink(Path link, List<Path> to) {
    try {
      if (Files.isSymbolicLink(link)) {
        to.add(link.toRealPath());
      }
    } catch (IOException e) {
      // A link that leads nowhere holds nothing.
    }
  }

  /**
   * The data directory of a running server that a place, links resolved, lies in or that lies in
   * it; so it is with the server's tablespaces and WAL. Empty if there is none.
   */
  Optional<Path> touchedBy(Path place) {
    return clusters.stream()
        .filter(live ->
            overlap(live.directory(), place)
                || live.outside().stream().anyMatch(other -> overlap(other, place)))
        .map(Live::directory)
        .findFirst();
  }

  private static boolean overlap(Path one, Path other) {
    return one.startsWith(other) || other.startsWith(one);
  }
}
