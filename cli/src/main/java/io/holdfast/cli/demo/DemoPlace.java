package io.holdfast.cli.demo;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where the demo lives: one directory that the servers' user can enter, removed at the end. */
final class DemoPlace implements AutoCloseable {
  private static final int COPIES = 4;

  private final Path base;
  private boolean keep;

  DemoPlace() {
    this.base = ServerAccount.current().newTemporaryDirectory("holdfast-demo-");
  }

  /**
   * Refuses before anything is written: the data lies here as tables and their WAL, as a backup and
   * as a copy.
   */
  void requireRoom(long dataSize) {
    long room = room();
    if (dataSize > room / COPIES) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not begin a demo with "
              + ByteSize.format(dataSize)
              + " of data in "
              + base
              + ": expected "
              + COPIES
              + " times that as free space, found "
              + ByteSize.format(room),
          "Choose a smaller --data-size, at most "
              + ByteSize.format(room / COPIES)
              + ", or make room.");
    }
  }

  private long room() {
    try {
      return Files.getFileStore(base).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("could not ask for the free space of " + base, e);
    }
  }

  Path base() {
    return base;
  }

  Path at(String name) {
    return base.resolve(name);
  }

  void keep() {
    keep = true;
  }

  @Override
  public void close() {
    if (keep) {
      return;
    }
    try {
      delete(base);
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove " + base, e);
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
