package io.holdfast.operations.restore;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.StoredFile.Kind;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Restores a backup of files below a new directory, each under its whole path there, with modes,
 * times and, as root, owners.
 */
public final class FilesRestore {
  private final ClusterArchive cluster;
  private final Progress progress;

  public FilesRestore(ClusterArchive cluster, Progress progress) {
    this.cluster = cluster;
    this.progress = progress;
  }

  /**
   * @param bytes of the files
   */
  public record Restored(BackupId backup, Path directory, long files, long bytes, Duration took) {}

  /**
   * What is to be restored, seen before anything is touched.
   *
   * @param owners everybody who owns something
   */
  private static final class Seen {
    private final Set<FileOwner> owners = new HashSet<>();
    private final String name;
    private long files;
    private long bytes;
    private String link = "";

    Seen(BackupId id) {
      this.name = "backup " + id;
    }

    void add(StoredFile file) {
      RawPath.below(Path.of("/"), file.path());
      if (!link.isEmpty() && file.path().startsWith(link + "/")) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not restore '" + file.path() + "': it lies below the link '" + link + "'",
            "No " + name + " of Holdfast is like that: somebody changed it. Restore another one.");
      }
      owners.add(new FileOwner(file.owner(), file.group()));
      switch (file.kind()) {
        case FILE -> {
          files++;
          bytes += file.length();
        }
        case LINK -> link = file.path();
        case DIRECTORY -> {}
      }
    }
  }

  /**
   * Durable on return.
   *
   * @param to is made; may be there if it is empty
   * @param owner who is to own it all instead; only for root
   * @throws HoldfastException (usage) if it is no backup of files; (refused) if something lies
   *     there, there is no room, or an owner is not known here; (source) if it cannot be written
   */
  public Restored run(BackupId id, Path to, Optional<FileOwner> owner, int workers) {
    long began = System.nanoTime();
    BackupReader backup = cluster.open(id);
    FilesDetails.of(backup.manifest());
    Seen seen = new Seen(id);
    backup.files(seen::add);
    Path directory = to.toAbsolutePath().normalize();
    try {
      requireEmpty(directory);
      requireRoom(directory, seen.bytes);
      Ownership ownership = Ownership.of(Ownership.runsAsRoot(), owner, seen.owners);
      progress.begin("restoring " + id, seen.bytes);
      make(directory);
      restore(backup, directory, ownership, workers);
    } catch (IOException e) {
      throw WriteFailure.of("restore into", directory, e);
    } finally {
      progress.end();
    }
    return new Restored(
        id, directory, seen.files, seen.bytes, Duration.ofNanos(System.nanoTime() - began));
  }

  private static void requireEmpty(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && !Tree.isEmpty(directory)) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not restore into "
              + directory
              + ": expected nothing or an empty directory, found "
              + (InterruptedMarker.liesIn(directory)
                  ? "a restore that was interrupted"
                  : "something else"),
          "Restore into a new directory; from there, files can be moved to where they belong.");
    }
  }

  private static void requireRoom(Path directory, long bytes) throws IOException {
    long free = Files.getFileStore(Premises.nearestExisting(directory)).getUsableSpace();
    if (bytes > free) {
      throw new TooLittleSpaceException(
          "could not restore into "
              + directory
              + ": expected "
              + ByteSize.format(bytes)
              + " free, found "
              + ByteSize.format(free),
          "Free space, or choose another directory with --to.");
    }
  }

  private static void make(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = directory; at != null && !Files.isDirectory(at); at = at.getParent()) {
      missing.push(at);
    }
    for (Path path : missing) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(Ownership.permissions(0700)));
      DiskSync.one(path.resolveSibling(""));
    }
  }

  private void restore(BackupReader backup, Path directory, Ownership ownership, int workers)
      throws IOException {
    String about =
        "Holdfast is restoring backup "
            + backup.manifest().id()
            + " here, or was interrupted: not everything is here.\n";
    try (InterruptedMarker marker = InterruptedMarker.place(directory, about);
        DiskSync disk = new DiskSync(List.of(directory))) {
      try (TreeWriter writer =
          new TreeWriter(directory, false, ownership, workers, backup::openReader, progress)) {
        backup.files(entry -> {
          if (entry.kind() == Kind.LINK) {
            link(directory, entry, ownership);
          } else {
            writer.add(entry);
          }
        });
        writer.finish();
      }
      backup.files(entry -> setTime(directory, entry));
      disk.everything();
      marker.remove();
    }
  }

  private static void link(Path directory, StoredFile entry, Ownership ownership) {
    Path path = RawPath.below(directory, entry.path());
    try {
      Files.createSymbolicLink(
          path, io.holdfast.postgres.RawPath.resolve(Path.of(""), entry.target()));
      ownership.give(path, entry.owner(), entry.group());
    } catch (IOException e) {
      throw WriteFailure.of("link", path, e);
    }
  }

  /** When all is there: what is put into a directory sets its time. */
  private static void setTime(Path directory, StoredFile entry) {
    if (entry.kind() == Kind.LINK) {
      return;
    }
    Path path = RawPath.below(directory, entry.path());
    try {
      Files.setLastModifiedTime(path, FileTime.from(entry.modified()));
    } catch (IOException e) {
      throw WriteFailure.of("set the time of", path, e);
    }
  }
}
