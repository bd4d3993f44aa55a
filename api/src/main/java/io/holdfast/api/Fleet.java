package io.holdfast.api;

import io.holdfast.operations.view.ClusterFindings;
import io.holdfast.operations.view.IncidentView;
import io.holdfast.operations.view.ReceiverView;
import io.holdfast.operations.view.SiteView;
import io.holdfast.repository.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What there is to be seen. Called by several threads at once. */
public interface Fleet {
  /**
   * To be read; stays open.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if it cannot be opened
   */
  Repository repository();

  /** Clusters that the configuration declares. */
  Set<String> declared();

  /** What it says of one of them. */
  Optional<ClusterFindings.Declared> declared(String cluster);

  /** Each of several sites as it is now, as far as some clusters are concerned. */
  List<SiteView> sites(Predicate<String> clusters);

  /**
   * What is wrong with a cluster now.
   *
   * @param cluster empty for what concerns none alone
   */
  List<IncidentView> incidents(String cluster);

  /** By cluster. */
  Map<String, ReceiverView> receivers();
}
