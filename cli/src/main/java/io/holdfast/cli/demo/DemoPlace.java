package io.holdfast.cli.demo;

import io.holdfast.embedded.ServerAccount;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where the demo lives: one directory that the servers' user can enter, removed at the end. */
final class DemoPlace implements AutoCloseable {
  private final Path base;
  private boolean keep;

  DemoPlace() {
    this.base = ServerAccount.current().newTemporaryDirectory("holdfast-demo-");
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
      throw new java.io.UncheckedIOException("could not remove " + base, e);
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
