package io.holdfast.operations.dump;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A new file for a dump, readable by its owner alone. It has its name when it is whole and durable;
 * until then it is called {@code .partial}, and what fails leaves nothing.
 */
public final class DumpOutput extends FilterOutputStream {
  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private boolean committed;

  private DumpOutput(Path file, Path partial, FileChannel channel) {
    super(Channels.newOutputStream(channel));
    this.file = file;
    this.partial = partial;
    this.channel = channel;
  }

  /**
   * @throws HoldfastException (refused) if there is such a file; (usage) if it cannot be made
   */
  public static DumpOutput create(Path file) {
    requireAbsent(file);
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      return new DumpOutput(
          file,
          partial,
          FileChannel.open(
              partial,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    } catch (FileAlreadyExistsException e) {
      throw taken(partial, e);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not write " + partial + ": " + e,
          "Choose a place where you may write.",
          e);
    }
  }

  /** Refuses a name that is taken: what it holds may be needed. */
  public static void requireAbsent(Path file) {
    if (Files.exists(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      throw taken(file, null);
    }
  }

  private static HoldfastException taken(
      Path file, @org.jspecify.annotations.Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not write " + file + ": expected no such file, found one",
        "What it holds may be needed: choose another name.",
        cause);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  /** Gives it its name, durably. */
  public void commit() throws IOException {
    channel.force(true);
    Files.move(partial, file);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
    committed = true;
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (!committed) {
      Files.deleteIfExists(partial);
    }
  }
}
