package io.holdfast.operations.doctor;

import io.holdfast.operations.retention.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to happen to a cluster by itself.
 *
 * @param jobs that concern it
 * @param plans whether test plans are declared
 * @param newest end of the newest backup of each kind
 * @param config the configuration file
 */
public record ScheduleLook(
    String cluster,
    List<Timed> jobs,
    boolean plans,
    Optional<Policy> retention,
    Map<String, Instant> newest,
    String config) {
  public ScheduleLook {
    jobs = List.copyOf(jobs);
    newest = Map.copyOf(newest);
  }

  /**
   * One of them.
   *
   * @param schedule its name
   * @param words of the command
   * @param every the longest that lies between two of the next runs
   * @param seen whether a service has ever seen it
   * @param lastWord how the last run ended, if that was not well
   * @param overdue since when it should have run
   */
  public record Timed(
      String schedule,
      List<String> words,
      Duration every,
      boolean paused,
      boolean seen,
      Optional<String> lastWord,
      Optional<Instant> overdue) {
    public Timed {
      words = List.copyOf(words);
    }

    boolean backs() {
      return words.getFirst().equals("backup");
    }

    public boolean dumps() {
      return backs() && (words.contains("logical") || words.contains("--kind=logical"));
    }

    boolean physical() {
      return backs() && !dumps() && !words.contains("files") && !words.contains("--kind=files");
    }

    boolean prunes() {
      return words.getFirst().equals("prune") && words.contains("--yes");
    }

    public boolean proves() {
      return words.getFirst().equals("prove");
    }
  }
}
