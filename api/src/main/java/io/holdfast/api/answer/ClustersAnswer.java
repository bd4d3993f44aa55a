package io.holdfast.api.answer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of clusters. */
record ClustersAnswer(List<Named> clusters, @Nullable String next) {
  /**
   * One of them.
   *
   * @param declared by the configuration; else only the repository knows it
   */
  record Named(String cluster, boolean declared) {}
}
