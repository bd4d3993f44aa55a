package io.holdfast.cli.wiring;

import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.view.ClusterFindings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import java.util.Optional;

/** What the configuration says of clusters, as it is told beside what there is of them. */
public final class Declarations {
  private Declarations() {}

  /** Empty for a cluster that it does not declare. */
  public static Optional<ClusterFindings.Declared> of(Settings settings, String cluster) {
    NamedSite first = settings.repository().sites().getFirst();
    return Optional.ofNullable(settings.clusters().get(new ClusterName(cluster)))
        .map(declared ->
            new ClusterFindings.Declared(
                OpenCluster.retention(first, declared).map(Policy::words), Plans.of(declared)));
  }
}
