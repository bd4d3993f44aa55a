package io.holdfast.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes, empties and syncs the directories below a root. A file is only durable when every
 * directory entry on the way to it is; as another process may have made a directory and died before
 * syncing its parent, each directory's chain is synced once by every process that writes into it.
 */
final class Directories {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int REMEMBERED = 1024;

  private final Path root;
  private final Map<Path, Identity> durable = new LinkedHashMap<>();

  Directories(Path root) {
    this.root = root;
  }

  /** Another directory under the same path has another birth, or another number. */
  record Identity(@Nullable Object fileKey, FileTime born) {}

  static Identity identity(Path directory) throws IOException {
    BasicFileAttributes found = Files.readAttributes(directory, BasicFileAttributes.class);
    return new Identity(found.fileKey(), found.creationTime());
  }

  /**
   * Like {@code mkdir -p}; 0700. Not yet durable below the root, see {@link #syncChain}.
   *
   * @throws NoSuchFileException if somebody removes directories at the same time: try again
   */
  void make(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      make(parent);
    }
    try {
      Files.createDirectory(directory, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.exists(directory)) {
        throw new NoSuchFileException(directory.toString());
      }
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    if (parent != null && !parent.startsWith(root)) {
      sync(parent);
    }
  }

  /** Makes the directory's own entry, and those above up to the root, survive a power cut. */
  void syncChain(Path directory) throws IOException {
    for (Path at = directory; !at.equals(root); at = parentOf(at)) {
      Identity identity = identity(at);
      synchronized (durable) {
        if (identity.equals(durable.get(at))) {
          return;
        }
      }
      sync(parentOf(at));
      remember(at, identity);
    }
  }

  /** Makes what was created, renamed and removed in it survive a power cut. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      if (!knowsNoDirectorySync(e)) {
        throw e;
      }
    }
  }

  /**
   * Removes what is empty, from {@code directory} up to below the root, and syncs the first that
   * stays: with its entry gone, so is everything that was below.
   */
  void removeEmptied(Path directory) throws IOException {
    Path at = directory;
    while (!at.equals(root) && gone(at)) {
      at = parentOf(at);
    }
    try {
      sync(at);
    } catch (NoSuchFileException e) {
      // Somebody else removed it meanwhile. What they left is theirs to sync, but be sure.
      if (!at.equals(root)) {
        removeEmptied(parentOf(at));
      }
    }
  }

  /** Looks first, for a delete would as well remove an object, or a link to another disk. */
  private static boolean gone(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return !Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
    }
    try {
      Files.delete(directory);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  static Path parentOf(Path path) {
    return Objects.requireNonNull(path.getParent(), () -> path + " has no parent");
  }

  private void remember(Path directory, Identity identity) {
    synchronized (durable) {
      if (durable.size() >= REMEMBERED) {
        durable.remove(durable.keySet().iterator().next());
      }
      durable.put(directory, identity);
    }
  }

  /**
   * CIFS and some FUSE file systems refuse fsync of a directory; they offer nothing better, so
   * there is nothing to wait for. PostgreSQL's fsync_fname (fd.c) forgives the same two.
   */
  private static boolean knowsNoDirectorySync(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Invalid argument") || message.contains("Bad file descriptor");
  }
}
