package io.holdfast.cli.wiring;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** New files, durable and never over an existing one. */
public final class NewFile {
  private NewFile() {}

  /**
   * Writes the secret and a line end into a new file of mode 0600; durable on return.
   *
   * @throws HoldfastException (refused) if there is such a file
   */
  public static void createPrivate(Path file, Secret secret) {
    byte[] bytes = secret.bytes();
    byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\n';
    try {
      create(file, line, "rw-------");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(line, (byte) 0);
    }
  }

  /**
   * Writes a text that everybody may read into a new file; durable on return.
   *
   * @throws HoldfastException (refused) if there is such a file
   */
  public static void create(Path file, String text) {
    create(file, text.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }

  private static void create(Path file, byte[] content, String mode) {
    makeParent(file.toAbsolutePath());
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        out.write(left);
      }
      out.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not write " + file + ": there is such a file already",
          "What it holds may be needed: choose another name.",
          e);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not write " + file + ": " + e,
          "Choose a place where you may write.",
          e);
    }
    syncDirectory(file.toAbsolutePath());
  }

  private static void makeParent(Path file) {
    Path parent = file.getParent();
    if (parent == null || Files.isDirectory(parent)) {
      return;
    }
    try {
      Files.createDirectories(
          parent,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not create the directory " + parent + ": " + e.getMessage(),
          "Choose a place where you may write.",
          e);
    }
    syncDirectory(parent);
  }

  private static void syncDirectory(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      return;
    }
    try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE, "could not make " + file + " durable: " + e, null, e);
    }
  }
}
