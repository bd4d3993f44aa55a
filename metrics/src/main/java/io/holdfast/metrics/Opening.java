package io.holdfast.metrics;

import io.holdfast.operations.status.SiteComparison;
import io.holdfast.repository.Repository;
import java.util.List;

/** Opens a repository for looks: with the key at hand, and whatever of it can be reached. */
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

    /** Whether none of its places is left out: one that is back is seen after opening anew. */
    boolean whole();

    @Override
    void close();
  }
}
