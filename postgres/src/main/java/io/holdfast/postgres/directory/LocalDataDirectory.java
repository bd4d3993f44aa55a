package io.holdfast.postgres.directory;

import io.holdfast.postgres.DataDirectory;
import java.nio.file.Path;

/** Stub. */
public final class LocalDataDirectory {
  private LocalDataDirectory() {}

  public static DataDirectory open(Path path) {
    throw new UnsupportedOperationException("stub");
  }
}
