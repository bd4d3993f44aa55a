package io.holdfast.repository;

import java.util.function.Consumer;

/** An existing backup. */
public interface BackupReader {
  Manifest manifest();

  /** All entries in path order, section by section: memory does not grow with their number. */
  void files(Consumer<StoredFile> consumer);

  /**
   * The entries from the first path to the last one, both included, in path order. Reads only the
   * sections that may list them.
   */
  void files(String first, String last, Consumer<StoredFile> consumer);

  ChunkReader openReader();
}
