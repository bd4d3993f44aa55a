package io.holdfast.postgres.directory;

import io.holdfast.postgres.PostgresException;
import org.jspecify.annotations.Nullable;

/** A tablespace whose directory is not there. */
public final class MissingTablespace {
  private MissingTablespace() {}

  public static PostgresException failure(String path, String target, @Nullable Throwable cause) {
    return new PostgresException(
        "could not read tablespace '"
            + path
            + "': expected a directory at '"
            + target
            + "', found none",
        "Mount or restore it, or drop the tablespace: a backup without it would not be whole.",
        cause);
  }
}
