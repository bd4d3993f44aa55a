package io.holdfast.cli.wiring;

import io.holdfast.repository.Repository;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.storage.Storage;
import java.util.List;

/**
 * A repository and the storage it lies on, closed together.
 *
 * @param from where it is read, and as of when
 * @param lent whether somebody else closes it
 */
public record OpenRepository(
    Storage storage,
    Repository repository,
    RepositorySettings settings,
    ReadFrom from,
    boolean lent)
    implements AutoCloseable {
  public OpenRepository(Storage storage, Repository repository, RepositorySettings settings) {
    this(storage, repository, settings, ReadFrom.ANYWHERE, false);
  }

  OpenRepository readFrom(ReadFrom other) {
    return new OpenRepository(storage, repository, settings, other, lent);
  }

  /** The same, for whoever is not to close it. */
  OpenRepository lend() {
    return new OpenRepository(storage, repository, settings, from, true);
  }

  /**
   * Leaves sites out for good that cannot be reached, so that what is said or planned now holds to
   * its end.
   *
   * @return their names
   */
  public List<String> settle() {
    // Opening has asked each of them for its key slots.
    List<String> away = storage.copies().leftOut();
    storage.copies().leaveOut(away);
    return away;
  }

  @Override
  public void close() {
    if (lent) {
      return;
    }
    try (storage) {
      repository.close();
    }
  }
}
