package io.holdfast.storage.local;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.TemporaryName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Turns a finished temporary file into an object. Creation is {@code link(2)}, which fails when the
 * name is taken, and then the temporary name is removed. Where the file system has no hard links
 * (CIFS, exFAT, some FUSE) creation is a look and a rename under the {@link SiteLock}, which holds
 * against every other Holdfast but not against programs that write there without asking.
 */
final class Publication {
  /** A directory that a concurrent delete removes over and over is not believed in for ever. */
  private static final int ATTEMPTS = 1000;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path root;
  private final Directories directories;
  private final Linker linker;
  private final Syncer syncer;
  private volatile boolean ownerChecked;
  private volatile boolean linkless;

  Publication(Path root, Directories directories) {
    this(root, directories, Files::createLink, Directories::sync);
  }

  Publication(Path root, Directories directories, Linker linker, Syncer syncer) {
    this.root = root;
    this.directories = directories;
    this.linker = linker;
    this.syncer = syncer;
  }

  /** {@code link(2)}: the new name first. */
  interface Linker {
    Object link(Path name, Path existing) throws IOException;
  }

  /** {@code fsync(2)} of a directory. */
  interface Syncer {
    void sync(Path directory) throws IOException;
  }

  /** A temporary file and its channel, open for writing. */
  record Unfinished(Path path, FileChannel channel) {}

  /** A new empty temporary file in the directory where {@code target} is to be. */
  Unfinished begin(Path target) throws IOException {
    Path directory = Directories.parentOf(target);
    for (int attempt = 1; ; attempt++) {
      Path path = directory.resolve(TemporaryName.next().fileName());
      try {
        directories.make(directory);
        FileChannel channel =
            FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY);
        return checkOwner(new Unfinished(path, channel));
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The file's content is synced already. */
  void create(Path temporary, Path target, ObjectKey key) throws IOException {
    Path directory = Directories.parentOf(target);
    directories.syncChain(directory);
    try {
      if (linkless) {
        createByRename(temporary, target);
      } else {
        createByLink(temporary, target);
      }
    } catch (FileAlreadyExistsException e) {
      // Who hears that it exists takes that for "it is safe", but whoever made it may have been
      // killed before this.
      syncer.sync(directory);
      throw new ObjectExistsException(root.toString(), key);
    }
    syncer.sync(directory);
  }

  /** The caller holds the {@link SiteLock}. */
  void replace(Path temporary, Path target) throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    Directories.sync(Directories.parentOf(target));
  }

  private void createByLink(Path temporary, Path target) throws IOException {
    try {
      linker.link(target, temporary);
    } catch (FileAlreadyExistsException e) {
      // NFS may repeat a request whose answer was lost: the name taken may be taken by us.
      if (!Files.isSameFile(target, temporary)) {
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      if (canLink(temporary)) {
        throw e;
      }
      linkless = true;
      createByRename(temporary, target);
      return;
    }
    Files.delete(temporary);
  }

  private void createByRename(Path temporary, Path target) throws IOException {
    SiteLock.holding(
        root,
        () -> {
          if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
          }
          return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  private boolean canLink(Path temporary) {
    Path probe = temporary.resolveSibling(TemporaryName.next().fileName());
    try {
      linker.link(probe, temporary);
      Files.delete(probe);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * What one user writes here, the other could not read: found out by the first file, so that file
   * systems with mapped owners (CIFS, NFS with squashed users) are judged by what they really do.
   */
  private Unfinished checkOwner(Unfinished begun) throws IOException {
    if (ownerChecked) {
      return begun;
    }
    Object mine = Files.getAttribute(begun.path(), "unix:uid");
    if (!mine.equals(Files.getAttribute(root, "unix:uid"))) {
      begun.channel().close();
      Files.delete(begun.path());
      directories.removeEmptied(Directories.parentOf(begun.path()));
      String owner = LocalFailure.owner(root).orElse("?");
      throw new StorageException(
          "could not write to "
              + root
              + ": it belongs to '"
              + owner
              + "', and this runs as '"
              + LocalFailure.self()
              + "'; neither could read all of it afterwards",
          "Run as '" + owner + "', for example with: sudo -u " + owner + " holdfast …",
          null);
    }
    ownerChecked = true;
    return begun;
  }
}
