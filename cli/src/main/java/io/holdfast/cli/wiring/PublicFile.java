package io.holdfast.cli.wiring;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** Files that everybody may read and that are replaced as a whole. */
public final class PublicFile {
  private PublicFile() {}

  /**
   * Whoever opens the file sees the old content or the new one, whatever happens meanwhile; it has
   * the mode 0644, whatever the umask.
   *
   * @throws HoldfastException (usage) if it cannot be written; then the old one is still there
   */
  public static void replace(Path file, byte[] content) {
    Path target = file.toAbsolutePath();
    // Neither seen by who looks for *.prom, nor in the way of another run.
    Path fresh = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try {
        write(fresh, content);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not write " + file + ": " + e,
          "Choose a place where you may write, in a directory that is there.",
          e);
    }
  }

  private static void write(Path fresh, byte[] content) throws IOException {
    try (FileChannel out =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        out.write(left);
      }
      // Else a crash may leave an empty file under the name.
      out.force(true);
    }
  }
}
