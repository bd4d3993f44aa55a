package io.holdfast.metrics;

import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is told of one cluster. */
final class ClusterSeries {
  /** Told of even where there are none, so that an alarm can ask for them. */
  static final Set<String> KINDS = Set.of("physical", "logical", "files");

  private static final String BACKUP_LEASE = "backup";
  private static final int NO_BACKUP = 2;
  private static final int SITES_DIFFER = 4;
  private static final int OTHER = 99;

  private final Series series;
  private final ClusterLook look;
  private final String cluster;
  private final Optional<ReceiverState> live;
  private final Instant now;

  ClusterSeries(Series series, ClusterLook look, Optional<ReceiverState> live, Instant now) {
    this.series = series;
    this.look = look;
    this.cluster = look.cluster();
    this.live = live;
    this.now = now;
  }

  static Set<String> kinds(Set<String> found) {
    Set<String> kinds = new TreeSet<>(KINDS);
    kinds.addAll(found);
    return kinds;
  }

  void add() {
    series.add(Metric.LOOK_SUCCESS, look.facts().isPresent(), cluster);
    series.add(Metric.LOOK_ENDED, look.ended(), cluster);
    series.add(Metric.LOOK_DURATION, look.took(), cluster);
    receiver();
    Spool.of(look.watched())
        .ifPresent(spool -> {
          series.add(Metric.SPOOL_BYTES, spool.bytes(), cluster);
          series.add(Metric.SPOOL_FREE, spool.free(), cluster);
        });
    look.facts().ifPresent(this::facts);
  }

  private void receiver() {
    live.ifPresent(state -> {
      series.add(Metric.RECEIVER_STREAMING, state.phase().equals("streaming"), cluster);
      series.add(Metric.RECEIVER_TROUBLE, state.trouble().isPresent(), cluster);
    });
  }

  private void facts(ClusterFacts facts) {
    facts.keyTried().ifPresent(at -> series.add(Metric.KEY_TRIED, at, cluster));
    series.add(Metric.CLUSTER_STATUS, status(facts), cluster);
    series.add(Metric.ENCRYPTED, facts.status().encrypted(), cluster);
    series.add(Metric.RETENTION, look.watched().retention(), cluster);
    facts.lastPrune().ifPresent(at -> series.add(Metric.PRUNED, at, cluster));
    leases(facts.status());
    backups(facts);
    window(facts.status());
    wal(facts);
    new SiteSeries(series, cluster).add(facts.sites());
    new ProofSeries(series, cluster, now).add(facts.proven(), look.watched().plans());
  }

  private static int status(ClusterFacts facts) {
    ClusterStatus status = facts.status();
    if (status.backups() == 0) {
      return NO_BACKUP;
    }
    boolean lost = facts.last().containsKey("physical") && status.windows().isEmpty();
    if (lost || !status.unreadable().isEmpty() || !status.unrestorable().isEmpty()) {
      return OTHER;
    }
    boolean differ =
        facts.sites().stream()
            .flatMap(site -> site.content().stream())
            .anyMatch(site -> site.missingBackups() > 0 || site.missingWal() > 0);
    return differ ? SITES_DIFFER : 0;
  }

  private void leases(ClusterStatus status) {
    series.add(Metric.BACKUP_LOCK, status.leases().containsKey(BACKUP_LEASE), cluster);
    series.add(Metric.RECEIVER_LEASED, status.leases().containsKey(Receiver.LEASE), cluster);
    status
        .leases()
        .forEach((name, holder) -> {
          series.add(Metric.LEASE, holder.expires(), cluster, name, holder.host());
          series.add(Metric.LEASE_ACQUIRED, holder.acquired(), cluster, name, holder.host());
        });
  }

  private void backups(ClusterFacts facts) {
    ClusterStatus status = facts.status();
    for (String kind : kinds(facts.standing().keySet())) {
      series.add(Metric.BACKUPS, facts.standing().getOrDefault(kind, 0L), cluster, kind);
    }
    series.add(Metric.BACKUPS_UNREADABLE, status.unreadable().size(), cluster);
    series.add(Metric.BACKUPS_UNRESTORABLE, status.unrestorable().size(), cluster);
    series.add(Metric.BACKUPS_REMOVED, status.removed().size(), cluster);
    series.add(Metric.REMOVED_BYTES, status.removedBytes(), cluster);
    series.add(Metric.LEFTOVERS, status.leftovers(), cluster);
    series.add(Metric.LEFTOVER_BYTES, status.leftoverBytes(), cluster);
    facts.last().forEach(this::last);
  }

  private void last(String kind, LastBackup last) {
    series.add(Metric.LAST_AGE, Duration.between(last.finished(), now), cluster, kind);
    series.add(Metric.LAST_FINISHED, last.finished(), cluster, kind);
    series.add(Metric.LAST_DURATION, last.took(), cluster, kind);
    series.add(Metric.LAST_SIZE, last.bytes(), cluster, kind);
    series.add(Metric.LAST_DELTA, last.bytesRead(), cluster, kind);
    series.add(Metric.LAST_REPO_DELTA, last.bytesStored(), cluster, kind);
    series.add(Metric.LAST_REPO_SIZE, last.bytesNeeded(), cluster, kind);
    last.damagedPages().ifPresent(pages -> series.add(Metric.LAST_ERROR, pages > 0, cluster, kind));
  }

  private void window(ClusterStatus status) {
    List<RecoverableWindow> windows = status.windows();
    series.add(Metric.WINDOWS, windows.size(), cluster);
    series.add(Metric.GAPS, gaps(windows), cluster);
    status.from().ifPresent(from -> series.add(Metric.FROM, from, cluster));
    status.to().ifPresent(to -> series.add(Metric.TO, to, cluster));
  }

  /** Of windows of the newest server's newest timeline, which come last. */
  private static long gaps(List<RecoverableWindow> windows) {
    if (windows.isEmpty()) {
      return 0;
    }
    RecoverableWindow last = windows.getLast();
    return windows.stream()
            .filter(each ->
                each.systemIdentifier() == last.systemIdentifier() && each.path() == last.path())
            .count()
        - 1;
  }

  private void wal(ClusterFacts facts) {
    ClusterStatus status = facts.status();
    series.add(Metric.WAL_STATUS, status.walBytes() > 0, cluster);
    series.add(Metric.WAL_SEGMENTS, status.walSegments(), cluster);
    series.add(Metric.WAL_BYTES, status.walBytes(), cluster);
    WalReach reach = facts.wal();
    reach
        .serverAnswered()
        .filter(answered -> status.walBytes() > 0 || !status.windows().isEmpty())
        .ifPresent(answered -> series.add(Metric.SOURCE_UP, answered, cluster));
    reach
        .safeUntil(live)
        .ifPresent(until -> {
          series.add(Metric.SAFE_UNTIL, until, cluster);
          Duration bound = Duration.between(until, now);
          series.add(Metric.LOSS_BOUND, bound.isNegative() ? Duration.ZERO : bound, cluster);
        });
    reach.backlog(live).ifPresent(bytes -> series.add(Metric.WAL_BACKLOG, bytes, cluster));
  }
}
