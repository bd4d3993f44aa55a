package io.holdfast.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of the segment under way.
 *
 * @param bytes that its files hold
 * @param free where it lies
 */
record Spool(long bytes, long free) {
  /** The usual one holds a directory for each repository. */
  private static final int DEPTH = 2;

  /** Empty if there is none on this host, or it cannot be read. */
  static Optional<Spool> of(Watched watched) {
    return watched.spool().filter(Files::isDirectory).flatMap(Spool::read);
  }

  private static Optional<Spool> read(Path directory) {
    try (Stream<Path> files = Files.walk(directory, DEPTH)) {
      return Optional.of(
          new Spool(
              files.filter(Files::isRegularFile).mapToLong(Spool::size).sum(),
              Files.getFileStore(directory).getUsableSpace()));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** One that was just shipped has none. */
  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
