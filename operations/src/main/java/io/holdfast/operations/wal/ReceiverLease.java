package io.holdfast.operations.wal;

import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The lease of a continuous receiver, looked at now and then. */
final class ReceiverLease implements AutoCloseable {
  private static final Duration CHECK_EVERY = Duration.ofSeconds(20);

  private final Optional<ClusterArchive> cluster;
  private final InstantSource clock;
  private Optional<Lease> lease;
  private Instant checked;

  private ReceiverLease(Optional<ClusterArchive> cluster, InstantSource clock) {
    this.cluster = cluster;
    this.clock = clock;
    this.lease = cluster.map(ReceiverLease::acquire);
    this.checked = clock.instant();
  }

  /**
   * @throws io.holdfast.repository.LeaseHeldException if another receiver runs for this cluster
   */
  static ReceiverLease take(ClusterArchive cluster, InstantSource clock) {
    return new ReceiverLease(Optional.of(cluster), clock);
  }

  static ReceiverLease notNeeded(InstantSource clock) {
    return new ReceiverLease(Optional.empty(), clock);
  }

  private static Lease acquire(ClusterArchive cluster) {
    return cluster.acquire(Receiver.LEASE, LeaseOptions.of("wal receive"));
  }

  /**
   * A lease that ran out while the repository could not be reached, or this process stood still, is
   * taken again, if nobody has taken it meanwhile.
   *
   * @throws io.holdfast.repository.LeaseHeldException if somebody has
   */
  synchronized void check() {
    if (cluster.isEmpty()
        || Duration.between(checked, clock.instant()).abs().compareTo(CHECK_EVERY) < 0) {
      return;
    }
    if (lease.isEmpty() || !held(lease.get())) {
      lease = Optional.empty();
      lease = cluster.map(ReceiverLease::acquire);
    }
    checked = clock.instant();
  }

  private static boolean held(Lease lease) {
    try {
      lease.ensureHeld();
      return true;
    } catch (HoldfastException e) {
      if (e.status() != ExitStatus.LEASE_HELD) {
        throw e;
      }
      lease.close();
      return false;
    }
  }

  @Override
  public synchronized void close() {
    lease.ifPresent(Lease::close);
    lease = Optional.empty();
  }
}
