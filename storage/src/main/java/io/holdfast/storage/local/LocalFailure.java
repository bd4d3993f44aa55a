package io.holdfast.storage.local;

import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ByteSize;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in words what the file system did to us, and what a person can do about it. */
final class LocalFailure {
  /** Below this a disk counts as full even if the system's words for it are not English. */
  private static final long FULL = 64 << 10;

  private LocalFailure() {}

  /**
   * @param attempt "write clusters/main/cluster.json"
   * @param path the file or directory it was about, which need not exist
   */
  static StorageException of(String attempt, Path path, IOException cause) {
    return new StorageException(
        "could not " + attempt + " (" + path + "): " + reason(cause), hint(path, cause), cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "a file of that name is in the way";
    }
    if (cause instanceof ClosedByInterruptException
        || cause instanceof FileLockInterruptionException) {
      return "interrupted";
    }
    if (cause instanceof FileSystemException named && named.getReason() != null) {
      return named.getReason();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static @Nullable String hint(Path path, IOException cause) {
    String reason = reason(cause);
    Optional<FileStore> store = storeOf(path);
    if (reason.contains("quota exceeded")) {
      return "The quota of this user is used up. Raise it, or free space.";
    }
    if (reason.contains("No space left") || store.filter(LocalFailure::full).isPresent()) {
      return store
          .map(found -> "The disk is full: " + free(found) + " Free space, or enlarge it.")
          .orElse("The disk is full. Free space, or enlarge it.");
    }
    if (reason.contains("File too large")) {
      return "Files may not grow that large here: raise the limit of this process (ulimit -f, or"
          + " LimitFSIZE= of its service), or use a file system that holds larger ones.";
    }
    if (reason.contains("Input/output error")) {
      return "The disk or its connection failed. Look at the kernel's log (dmesg), and do not trust"
          + " what was written last.";
    }
    if (reason.contains("Read-only file system")) {
      return "Mount the file system for writing; a kernel makes it read-only after errors.";
    }
    if (cause instanceof AccessDeniedException) {
      return owner(path)
          .map(name -> "It belongs to '" + name + "'; this runs as '" + self() + "'. ")
          .orElse("")
          .concat("Run as the user who owns the repository.");
    }
    return null;
  }

  /** The user this process runs as, by name. */
  static String self() {
    return System.getProperty("user.name", "?");
  }

  static Optional<String> owner(Path path) {
    try {
      return nearest(path).isEmpty()
          ? Optional.empty()
          : Optional.of(Files.getOwner(nearest(path).get()).getName());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static boolean full(FileStore store) {
    try {
      return store.getUsableSpace() < FULL && !store.isReadOnly();
    } catch (IOException e) {
      return false;
    }
  }

  private static String free(FileStore store) {
    try {
      return ByteSize.format(store.getUsableSpace())
          + " of "
          + ByteSize.format(store.getTotalSpace())
          + " are free.";
    } catch (IOException e) {
      return "";
    }
  }

  private static Optional<FileStore> storeOf(Path path) {
    try {
      Optional<Path> nearest = nearest(path);
      return nearest.isEmpty() ? Optional.empty() : Optional.of(Files.getFileStore(nearest.get()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> nearest(Path path) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }
}
