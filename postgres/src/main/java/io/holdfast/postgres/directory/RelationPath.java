package io.holdfast.postgres.directory;

import io.holdfast.postgres.RelationFile;
import java.util.Optional;

/** Which files below a data directory hold pages of relations. */
public final class RelationPath {
  private RelationPath() {}

  public static Optional<RelationFile> parse(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0
        ? Optional.empty()
        : RelationDirectory.parse(path.substring(0, slash))
            .flatMap(directory -> directory.file(path.substring(slash + 1)));
  }
}
