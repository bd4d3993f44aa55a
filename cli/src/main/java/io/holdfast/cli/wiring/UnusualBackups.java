package io.holdfast.cli.wiring;

import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Severity;
import io.holdfast.operations.anomalies.Anomalies;
import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.operations.backup.Backups;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes incidents of what is unusual about the newest backups of a cluster. One that is not unusual
 * any more, or has become the usual, ends it.
 */
final class UnusualBackups implements AutoCloseable {
  static final String AREA = "backup.unusual.";

  private static final int ENOUGH_TO_COMPARE = 30;

  private final Function<String, Map<BackupId, List<Anomaly>>> newest;
  private final Listener listener;

  private final Lookout lookout = new Lookout("unusual-backups");

  /** Told all that there is of one cluster. */
  interface Listener {
    void found(String cluster, List<Problem> problems);
  }

  UnusualBackups(Function<String, Map<BackupId, List<Anomaly>>> newest, Listener listener) {
    this.newest = newest;
    this.listener = listener;
  }

  static UnusualBackups of(Repository repository, Listener listener) {
    return new UnusualBackups(
        cluster ->
            Anomalies.ofNewest(new Backups(repository.cluster(cluster)).newest(ENOUGH_TO_COMPARE)),
        listener);
  }

  /** A backup was taken. Returns at once. */
  void look(String cluster, String run) {
    lookout.look(() -> listener.found(cluster, problems(cluster, run, newest.apply(cluster))));
  }

  private static List<Problem> problems(
      String cluster, String run, Map<BackupId, List<Anomaly>> found) {
    List<Problem> problems = new ArrayList<>();
    found.forEach((id, anomalies) ->
        anomalies.forEach(each ->
            problems.add(
                new Problem(
                    cluster,
                    AREA
                        + each.code().word()
                        + (each.subject().isEmpty() ? "" : "." + each.subject()),
                    Severity.WARNING,
                    "Backup " + id.text() + " of " + cluster + " is unusual: " + each.text(),
                    each.subject().isEmpty() ? "" : "database " + each.subject(),
                    "Look whether that was meant: holdfast backups show "
                        + id.text()
                        + ". Until it is known, pin an older one: holdfast backups pin <id>.",
                    run,
                    ""))));
    return problems;
  }

  @Override
  public void close() {
    lookout.close();
  }
}
