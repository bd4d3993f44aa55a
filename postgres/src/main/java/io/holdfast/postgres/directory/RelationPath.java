package io.holdfast.postgres.directory;

import io.holdfast.postgres.RelationFile;
import java.util.Optional;

/** Stub. */
public final class RelationPath {
  private RelationPath() {}

  public static Optional<RelationFile> parse(String path) {
    throw new UnsupportedOperationException("stub");
  }
}
