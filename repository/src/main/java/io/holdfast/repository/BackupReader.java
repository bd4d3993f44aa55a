package io.holdfast.repository;

import java.util.function.Consumer;

/** An existing backup. */
public interface BackupReader {
  Manifest manifest();

  /** All entries in path order, section by section: memory does not grow with their number. */
  void files(Consumer<StoredFile> consumer);

  ChunkReader openReader();
}
