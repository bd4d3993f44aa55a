package io.holdfast.operations.proof;

import io.holdfast.operations.restore.FileOwner;
import io.holdfast.postgres.Programs;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place for one copy that is thrown away: a directory {@code holdfast-prove-…} that only its
 * owner can enter, with the server's {@code data}. A lock on a file in it lives as long as this
 * process. Whose lock is gone was killed: the next one ends its server and removes it.
 */
final class Scratch implements AutoCloseable {
  private static final String PREFIX = "holdfast-prove-";
  private static final String LOCK = "lock";
  private static final String DATA = "data";

  private final Path directory;
  private final Optional<FileOwner> owner;
  private final FileChannel lock;
  private boolean keep;

  private Scratch(Path directory, Optional<FileOwner> owner, FileChannel lock) {
    this.directory = directory;
    this.owner = owner;
    this.lock = lock;
  }

  /**
   * Removes what killed ones left in the same place, then makes one.
   *
   * @param place the directory that it lies in; is made
   */
  static Scratch in(Path place, Progress progress) {
    return in(place, FileOwner.ofScratch(), progress);
  }

  /** As above, for nobody but us: no server runs in it. */
  static Scratch ofOurs(Path place, Progress progress) {
    return in(place, Optional.empty(), progress);
  }

  private static Scratch in(Path place, Optional<FileOwner> owner, Progress progress) {
    try {
      Files.createDirectories(place);
      removeLeftovers(place, progress);
      if (owner.isPresent()) {
        requireEntry(place.toRealPath(), owner.get().user());
      }
      Path made = Files.createTempDirectory(place, PREFIX);
      FileChannel lock = locked(made.resolve(LOCK)).orElseThrow();
      Scratch scratch = new Scratch(made, owner, lock);
      scratch.give(made);
      return scratch;
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.UNVERIFIED,
          "could not make room for a copy in " + place + ": " + e,
          "Name another directory: --scratch DIR, or prove: scratch-directory in the configuration.",
          e);
    }
  }

  /** A server that cannot enter its directory would look like a backup that does not restore. */
  private static void requireEntry(Path place, String user) throws IOException {
    for (Path each = place; each != null; each = each.getParent()) {
      Set<PosixFilePermission> may = Files.getPosixFilePermissions(each);
      boolean enters =
          may.contains(PosixFilePermission.OTHERS_EXECUTE)
              || may.contains(PosixFilePermission.GROUP_EXECUTE)
              || Files.getOwner(each).getName().equals(user);
      if (!enters) {
        throw new HoldfastException(
            ExitStatus.UNVERIFIED,
            "could not make a copy in "
                + place
                + ": its server runs as "
                + user
                + ", who may not enter "
                + each,
            "Name another directory: --scratch DIR, or prove: scratch-directory in the"
                + " configuration.");
      }
    }
  }

  /** Where the server's data directory is to be; not made yet. */
  Path data() {
    return directory.resolve(DATA);
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Who is to own the copy; empty for us. */
  Optional<FileOwner> owner() {
    return owner;
  }

  /** A file that the server may read. */
  Path write(String name, String content) {
    Path file = directory.resolve(name);
    try {
      Files.writeString(file, content, StandardCharsets.UTF_8);
      give(file);
      return file;
    } catch (IOException e) {
      throw new CouldNotVerifyException("could not write " + file + ": " + e);
    }
  }

  /** A file that nobody but us may read, in place of one that is there. */
  Path secret(String name, byte[] content) {
    Path file = directory.resolve(name);
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, content);
      return file;
    } catch (IOException e) {
      throw new CouldNotVerifyException("could not write " + file + ": " + e);
    }
  }

  /** Writes at the end of a file that the server has. */
  void append(String name, String content) {
    try {
      Files.writeString(
          directory.resolve(name), content, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new CouldNotVerifyException("could not write " + name + ": " + e);
    }
  }

  /** An empty directory that belongs to the server. */
  Path makeData() {
    try {
      Files.createDirectory(data());
      Files.setAttribute(data(), "unix:mode", 0700);
      give(data());
      return data();
    } catch (IOException e) {
      throw new CouldNotVerifyException("could not make " + data() + ": " + e);
    }
  }

  private void give(Path path) throws IOException {
    if (owner.isEmpty()) {
      return;
    }
    UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    view.setOwner(names.lookupPrincipalByName(owner.get().user()));
    if (!owner.get().group().isEmpty()) {
      view.setGroup(names.lookupPrincipalByGroupName(owner.get().group()));
    }
  }

  /** Ends the server in good order: what it has in memory is on disk then. */
  void stopServer() {
    Programs.stop(data());
  }

  /** Leaves all of it, with a server that runs in it, to somebody who looks into it. */
  void keep() {
    keep = true;
  }

  @Override
  public void close() {
    if (keep) {
      // Without a lock it would be taken for a leftover.
      deleteQuietly(directory.resolve(LOCK));
    } else {
      remove(directory);
    }
    try {
      lock.close();
    } catch (IOException e) {
      // It ends with the process.
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Then it is removed as a leftover some day, as it says there.
    }
  }

  /** Removes what nobody is using; one that lives or is kept stays. */
  static void removeLeftovers(Path place, Progress progress) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(place, PREFIX + "*")) {
      for (Path each : found) {
        removeIfLeft(each, progress);
      }
    }
  }

  private static void removeIfLeft(Path each, Progress progress) {
    if (!Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(each.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
      return; // kept, or none of ours, or another user's
    }
    try {
      Optional<FileChannel> lock = locked(each.resolve(LOCK));
      if (lock.isPresent()) {
        try {
          remove(each);
          progress.note("removed " + each + ", which a proof that was killed had left");
        } finally {
          lock.get().close();
        }
      }
    } catch (IOException | HoldfastException e) {
      progress.warn("could not remove " + each + ", left by a proof that was killed: " + e);
    }
  }

  private static Optional<FileChannel> locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process: alive.
    }
    channel.close();
    return Optional.empty();
  }

  /** The lock goes last: until then it says that there is something to remove. */
  private static void remove(Path directory) {
    Programs.end(directory.resolve(DATA));
    try {
      Files.walkFileTree(directory, new Removal(directory));
      Files.deleteIfExists(directory.resolve(LOCK));
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.UNVERIFIED,
          "could not remove the copy in " + directory + ": " + e,
          "Remove it by hand.",
          e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    private final Path top;

    Removal(Path top) {
      this.top = top;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.equals(top.resolve(LOCK))) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // the server's last processes remove files of theirs
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (!directory.equals(top)) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
