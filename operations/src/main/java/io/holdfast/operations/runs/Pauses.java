package io.holdfast.operations.runs;

import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which jobs are stopped until somebody lets them go on: the repository's area "pauses". A schedule
 * that is paused without a cluster is so for all of them. Thread-safe.
 */
public final class Pauses {
  static final String AREA = "pauses";
  private static final Pattern WORDS = Pattern.compile("paused at (\\S+) by .*", Pattern.DOTALL);

  /** Schedule, cluster and an id. */
  private static final int PARTS = 3;

  private static final int LONGEST = 80;

  private final SealedObjects objects;

  public Pauses(Repository repository) {
    this.objects = repository.objects(AREA);
  }

  /** Durable on return. Pausing what is paused changes nothing. */
  public void pause(JobName job, String by, Instant now) {
    if (!all().contains(job)) {
      byte[] text = ("paused at " + now + " by " + by).getBytes(StandardCharsets.UTF_8);
      objects.put(job.folder() + "/" + Runs.newId(), text, 0, text.length, Map.of());
    }
  }

  /**
   * Durable on return.
   *
   * @return false if it was not paused
   */
  public boolean resume(JobName job) {
    List<String> names = new ArrayList<>();
    objects.list(job.folder(), entry -> names.add(entry.name()));
    names.forEach(objects::delete);
    return !names.isEmpty();
  }

  /** As they were paused: a job without a cluster stands for all of that schedule. */
  public Set<JobName> all() {
    Set<JobName> paused = new HashSet<>();
    objects.list(
        "",
        entry -> {
          String[] parts = entry.name().split("/", -1);
          if (parts.length == PARTS) {
            paused.add(JobName.of(parts[0], parts[1]));
          }
        });
    return paused;
  }

  /**
   * What is wrong with the records of pauses. A job stays paused all the same: somebody wanted it
   * to rest, and what rests breaks nothing. Reads them all.
   */
  public List<Flaw> flaws(Instant now) {
    List<String> names = new ArrayList<>();
    objects.list("", entry -> names.add(entry.name()));
    List<Flaw> flaws = new ArrayList<>();
    for (String name : names) {
      fault(name, now)
          .ifPresent(found -> flaws.add(new Flaw(JobName.ofPath(name), AREA + "/" + name, found)));
    }
    return flaws;
  }

  private Optional<String> fault(String name, Instant now) {
    if (!isNamed(name)) {
      return Optional.of("is not named as a pause is, and pauses nothing");
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      return objects.get(name, content).isEmpty()
          ? Optional.empty()
          : Optional.of(content.toString(StandardCharsets.UTF_8))
              .filter(text -> !isOfThePast(text, now))
              .map(text ->
                  "says '"
                      + shown(text)
                      + "': expected a moment that has come, and by whom; the schedule stays paused");
    } catch (RepositoryDamagedException e) {
      return Optional.of("is damaged; the schedule stays paused: " + e.getMessage());
    }
  }

  private static boolean isOfThePast(String text, Instant now) {
    Matcher words = WORDS.matcher(text);
    try {
      return words.matches() && !RunEntry.isAhead(Instant.parse(words.group(1)), now);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String shown(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }

  static boolean isNamed(String name) {
    return name.split("/", -1).length == PARTS;
  }

  /** Whether that one is held back by what is paused. */
  public static boolean isPaused(Set<JobName> paused, JobName job) {
    return paused.contains(job) || paused.contains(new JobName(job.schedule(), Optional.empty()));
  }
}
