package io.holdfast.cli.wiring;

import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Severity;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes incidents of WAL that is missing, as the repository has it: whoever lost it, and however.
 * One lasts until a backup begins a new window behind the hole, and for a day after: then what was
 * to be done was done, and 'status' goes on saying which moments cannot be restored.
 */
final class MissingWal implements AutoCloseable {
  static final String AREA = "wal.gap";
  static final Duration NEWS = Duration.ofDays(1);

  private final Function<String, ClusterStatus> statuses;
  private final Listener listener;
  private final InstantSource clock;
  private final Set<String> received = ConcurrentHashMap.newKeySet();
  private final Lookout lookout = new Lookout("missing-wal");

  /** Told all that there is of one cluster. */
  interface Listener {
    void found(String cluster, List<Problem> problems);
  }

  MissingWal(Function<String, ClusterStatus> statuses, Listener listener, InstantSource clock) {
    this.statuses = statuses;
    this.listener = listener;
    this.clock = clock;
  }

  static MissingWal of(Repository repository, Listener listener, InstantSource clock) {
    return new MissingWal(new Status(repository, clock)::of, listener, clock);
  }

  /** WAL of it is received here. Returns at once. */
  void look(String cluster) {
    received.add(cluster);
    lookout.look(() -> listener.found(cluster, problems(statuses.apply(cluster))));
  }

  /** There is a new backup. Where WAL is not received there are holes between any two of them. */
  void lookAgain(String cluster) {
    if (received.contains(cluster)) {
      look(cluster);
    }
  }

  private List<Problem> problems(ClusterStatus status) {
    List<Problem> problems = new ArrayList<>();
    Instant old = clock.instant().minus(NEWS);
    for (RecoverableWindow window : status.windows()) {
      if (!window.missingBefore().isEmpty() && window.from().isAfter(old)) {
        problems.add(
            problem(
                status.cluster(),
                window.missingBefore(),
                Severity.WARNING,
                "some moments before " + window.from() + " cannot be restored",
                "If another site of the repository has that WAL, `holdfast sync` brings it here; what"
                    + " the server still has, `holdfast wal push "
                    + status.cluster()
                    + " pg_wal/SEGMENT` does. Which moments: holdfast status "
                    + status.cluster()));
      }
    }
    if (!status.missingAfter().isEmpty()) {
      problems.add(
          problem(
              status.cluster(),
              status.missingAfter(),
              Severity.CRITICAL,
              "nothing after " + status.to().map(Object::toString).orElse("") + " can be restored",
              "Take a backup now, it begins a new window: holdfast backup " + status.cluster()));
    }
    return problems;
  }

  private static Problem problem(
      String cluster, List<WalGap> gaps, Severity severity, String effect, String hint) {
    return new Problem(
        cluster,
        AREA + "." + gaps.getFirst().from(),
        severity,
        "WAL of " + cluster + " is missing: " + effect,
        "Missing: " + gaps.stream().map(Object::toString).collect(Collectors.joining(", ")),
        hint,
        "",
        "");
  }

  @Override
  public void close() {
    lookout.close();
  }
}
