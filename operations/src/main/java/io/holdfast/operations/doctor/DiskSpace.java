package io.holdfast.operations.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much room there is where something lies.
 *
 * @param purpose what lies there, for people
 * @param device number of the file system
 */
public record DiskSpace(String purpose, Path path, long device, long free, long total) {
  /** Of the nearest directory that is there; empty if nobody can tell. */
  public static Optional<DiskSpace> of(String purpose, Path path) {
    Path at = path.toAbsolutePath();
    while (at != null && Files.notExists(at)) {
      at = at.getParent();
    }
    if (at == null) {
      return Optional.empty();
    }
    try {
      FileStore store = Files.getFileStore(at);
      long device = (Long) Files.getAttribute(at, "unix:dev", new LinkOption[0]);
      return Optional.of(
          new DiskSpace(purpose, path, device, store.getUsableSpace(), store.getTotalSpace()));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
