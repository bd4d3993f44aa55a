package io.holdfast.operations.incidents;

import io.holdfast.notifications.IncidentStore;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The state of incidents in the repository: the sealed document "incidents" of each cluster,
 * changed by one holder of the lease of that name at a time. What concerns no cluster stands in the
 * document "incidents-of-all" of one that all processes agree on. Thread-safe.
 */
public final class StoredIncidents implements IncidentStore {
  private static final String NAME = "incidents";
  private static final String OF_ALL = "incidents-of-all";

  /** A holder needs the lease for a second; one that does not give it back is dead or asleep. */
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(30);

  private final Function<String, ClusterArchive> clusters;
  private final Optional<String> home;
  private final Duration patience;

  /**
   * @param home the cluster that also has what concerns none; empty if there is no cluster at all
   * @param patience with another process that holds the lease
   */
  public StoredIncidents(
      Function<String, ClusterArchive> clusters, Optional<String> home, Duration patience) {
    this.clusters = clusters;
    this.home = home;
    this.patience = patience;
  }

  /** A document of a cluster. */
  private record Place(ClusterArchive cluster, String document) {}

  private Place place(String cluster) {
    if (!cluster.isEmpty()) {
      return new Place(clusters.apply(cluster), NAME);
    }
    String at =
        home.orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "could not note what was told of incidents: there is no cluster to keep it with",
                "Declare one below 'clusters:'."));
    return new Place(clusters.apply(at), OF_ALL);
  }

  @Override
  public void change(String cluster, UnaryOperator<byte[]> change) {
    Place place = place(cluster);
    try (Lease lease = acquire(place)) {
      byte[] before = current(place);
      byte[] after = change.apply(before);
      if (!Arrays.equals(before, after)) {
        lease.ensureHeld();
        place.cluster().putDocument(place.document(), after);
      }
    }
  }

  /** A damaged one is no reason to be silent: it is begun anew. */
  private static byte[] current(Place place) {
    try {
      return place.cluster().document(place.document()).orElse(new byte[0]);
    } catch (RepositoryDamagedException e) {
      return new byte[0];
    }
  }

  private Lease acquire(Place place) {
    long end = System.nanoTime() + patience.toNanos();
    long pause = Duration.ofMillis(50).toNanos();
    for (; ; ) {
      try {
        return place
            .cluster()
            .acquire(place.document(), new LeaseOptions("notes what was told", TIME_TO_LIVE));
      } catch (LeaseHeldException e) {
        if (System.nanoTime() + pause > end || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(pause);
        pause = Math.min(pause * 2, Duration.ofSeconds(1).toNanos());
      }
    }
  }

  @Override
  public Optional<byte[]> read(String cluster) {
    Place place = place(cluster);
    return place.cluster().document(place.document());
  }
}
