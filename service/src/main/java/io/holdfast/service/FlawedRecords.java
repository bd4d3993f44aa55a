package io.holdfast.service;

import io.holdfast.operations.runs.Flaw;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.RecordCheck;
import io.holdfast.operations.runs.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells of records that schedules do not go by, once, and when they are away. */
final class FlawedRecords {
  /** Beyond that, how many there are is enough. */
  private static final int SHOWN = 5;

  private final Collection<JobName> jobs;
  private final ServiceEvents events;
  private final Set<Matter> told = new HashSet<>();
  private boolean first = true;

  /**
   * @param jobs whose records matter
   */
  FlawedRecords(Collection<JobName> jobs, ServiceEvents events) {
    this.jobs = jobs;
    this.events = events;
  }

  void look(Runs.Listed listed, Pauses pauses, Instant now) {
    List<Flaw> flaws = new ArrayList<>(RecordCheck.byNames(listed, now));
    flaws.addAll(pauses.flaws(now));
    Map<Matter, List<Flaw>> found =
        flaws.stream()
            .filter(flaw -> jobs.stream().anyMatch(flaw::concerns))
            .collect(
                Collectors.groupingBy(
                    flaw -> Matter.ofRecords(flaw.job()), LinkedHashMap::new, Collectors.toList()));
    found.forEach((matter, own) -> {
      if (told.add(matter)) {
        events.trouble(matter, words(own));
      }
    });
    if (first) {
      first = false;
      matters().filter(matter -> !told.contains(matter)).forEach(each -> events.well(each, now));
    }
    told.removeIf(matter -> {
      boolean over = !found.containsKey(matter);
      if (over) {
        events.over(matter);
      }
      return over;
    });
  }

  /** Of each job, and of each schedule for all of its clusters. */
  private Stream<Matter> matters() {
    return jobs.stream()
        .flatMap(job -> Stream.of(job, new JobName(job.schedule(), Optional.empty())))
        .distinct()
        .map(Matter::ofRecords);
  }

  private static String words(List<Flaw> flaws) {
    String shown = flaws.stream().limit(SHOWN).map(Flaw::text).collect(Collectors.joining("; "));
    return shown
        + (flaws.size() > SHOWN ? "; and " + (flaws.size() - SHOWN) + " more" : "")
        + ". When you have looked: "
        + flaws.getFirst().remedy();
  }
}
