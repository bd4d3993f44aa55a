package io.holdfast.cli.wiring;

import io.holdfast.repository.Repository;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.storage.Storage;

/**
 * A repository and the storage it lies on, closed together.
 *
 * @param from where it is read, and as of when
 */
public record OpenRepository(
    Storage storage, Repository repository, RepositorySettings settings, ReadFrom from)
    implements AutoCloseable {
  public OpenRepository(Storage storage, Repository repository, RepositorySettings settings) {
    this(storage, repository, settings, ReadFrom.ANYWHERE);
  }

  OpenRepository readFrom(ReadFrom other) {
    return new OpenRepository(storage, repository, settings, other);
  }

  @Override
  public void close() {
    try (storage) {
      repository.close();
    }
  }
}
