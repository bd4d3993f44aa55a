package io.holdfast.cli.wiring;

import io.holdfast.repository.Repository;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.storage.Storage;

/** A repository and the storage it lies on, closed together. */
public record OpenRepository(Storage storage, Repository repository, RepositorySettings settings)
    implements AutoCloseable {
  @Override
  public void close() {
    try (storage) {
      repository.close();
    }
  }
}
