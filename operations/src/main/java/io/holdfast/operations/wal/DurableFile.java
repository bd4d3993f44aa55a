package io.holdfast.operations.wal;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Files that appear whole and fsynced, or not at all; readable by their owner alone, who is that of
 * the directory, so that a server may use what root has put there.
 */
final class DurableFile {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * PostgreSQL removes files so called from pg_wal when it starts (RemoveTempXlogFiles, xlog.c).
   */
  private static final String TEMPORARY = "xlogtemp.holdfast-";

  private DurableFile() {}

  /**
   * @param content writes it, or returns empty having written nothing: then there is no file
   */
  static <T> Optional<T> write(Path to, Function<OutputStream, Optional<T>> content) {
    Path directory = Optional.ofNullable(to.toAbsolutePath().getParent()).orElseThrow();
    Path temporary =
        directory.resolve(
            TEMPORARY + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    try {
      Optional<T> written = writeTemporary(temporary, content);
      if (written.isPresent()) {
        ownAs(directory, temporary);
        Files.move(
            temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(directory);
      }
      return written;
    } catch (IOException | UncheckedIOException e) {
      throw unwritable(to, e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  static void write(Path to, byte[] content) {
    var _ =
        write(
            to,
            out -> {
              try {
                out.write(content);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return Optional.of(content.length);
            });
  }

  private static <T> Optional<T> writeTemporary(
      Path temporary, Function<OutputStream, Optional<T>> content) throws IOException {
    try (FileChannel channel = create(temporary);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 128 << 10)) {
      Optional<T> written = content.apply(out);
      out.flush();
      if (written.isPresent()) {
        channel.force(true);
      }
      return written;
    }
  }

  /** A new file that only its owner may read. */
  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
        OWNER_ONLY);
  }

  /** Gives a new file the owner of another, where they differ: only root gets that far. */
  static void ownAs(Path model, Path file) throws IOException {
    PosixFileAttributes wanted = attributes(model).readAttributes();
    PosixFileAttributeView view = attributes(file);
    PosixFileAttributes found = view.readAttributes();
    if (!wanted.owner().equals(found.owner())) {
      view.setOwner(wanted.owner());
      view.setGroup(wanted.group());
    }
  }

  private static PosixFileAttributeView attributes(Path file) {
    return Files.getFileAttributeView(
        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A leftover is harmless: PostgreSQL removes it, and its name says whose it is.
      return;
    }
  }

  private static HoldfastException unwritable(Path file, Exception e) {
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not write " + file + ": " + FileTrouble.reason(e),
        "Check the free space and the owner of the directory.",
        e);
  }
}
