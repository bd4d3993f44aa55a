package io.holdfast.settings;

import io.holdfast.scheduling.Blackout;
import io.holdfast.scheduling.Schedule;
import io.holdfast.vocabulary.ClusterName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command that is run by itself, again and again.
 *
 * @param run the words of the command, without the cluster
 * @param clusters patterns of names; empty for all
 * @param catchUp how late it may begin; empty: until the next one is due
 */
public record ScheduleSettings(
    String name,
    List<String> run,
    Schedule when,
    List<String> clusters,
    Duration jitter,
    Optional<Duration> catchUp,
    int retries,
    Duration retryAfter,
    Duration timeout,
    List<Blackout> notDuring) {
  /** The name under which test plans that are due are run; no schedule has it. */
  public static final String TEST_PLANS = "test-plans";

  /** Whether it is for that cluster. */
  public boolean concerns(ClusterName cluster) {
    return clusters.isEmpty()
        || clusters.stream().anyMatch(pattern -> fits(pattern, cluster.text()));
  }

  /** With * for any letters and ? for any one. */
  public static boolean fits(String pattern, String name) {
    String regex = pattern.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.matches("\\Q" + regex + "\\E", name);
  }

  /** Whether the command is run once for each cluster, or once for the whole repository. */
  public boolean perCluster() {
    return perCluster(run);
  }

  /** As above, of the words of a command. */
  public static boolean perCluster(List<String> run) {
    return !run.getFirst().equals("sync") && !run.getFirst().equals("doctor");
  }
}
