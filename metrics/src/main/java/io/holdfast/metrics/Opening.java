package io.holdfast.metrics;

import io.holdfast.operations.status.SiteComparison;
import io.holdfast.repository.Repository;
import java.util.List;

/** Opens a repository anew for each round of looks, so that each tries the key at hand. */
@FunctionalInterface
public interface Opening {
  /**
   * The caller closes it.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if it cannot be opened
   */
  Opened open();

  /** An open repository, to be read from wherever it can be. */
  interface Opened extends AutoCloseable {
    Repository repository();

    /** All of its sites, each by itself; asked for once for each cluster. */
    List<SiteComparison.Place> sites();

    @Override
    void close();
  }
}
