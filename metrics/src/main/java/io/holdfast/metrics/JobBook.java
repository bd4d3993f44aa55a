package io.holdfast.metrics;

import io.holdfast.metrics.JobFacts.Details;
import io.holdfast.operations.runs.Flaw;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.RecordCheck;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what became of scheduled jobs: three listings, and of each job the record of the last run.
 * That never changes, so one that was read is remembered until there is a newer one. One thread at
 * a time.
 */
final class JobBook {
  private Map<String, Optional<Details>> known = Map.of();

  private record Seen(ScheduledJob job, JobRecords records) {}

  /**
   * Of each job, in their order.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if the repository cannot be asked
   */
  List<JobFacts> read(Repository repository, List<ScheduledJob> jobs, Instant now) {
    Runs runs = new Runs(repository);
    // Whoever ends writes his record first, so that a run is seen under way, as over, or as both.
    Map<JobName, LeaseHolder> runners = runs.runners();
    Runs.Listed listed = runs.list();
    Pauses pauses = new Pauses(repository);
    Set<JobName> paused = pauses.all();
    List<Flaw> flaws = new ArrayList<>(RecordCheck.byNames(listed, now));
    flaws.addAll(pauses.flaws(now));
    List<Seen> seen = jobs.stream().map(job -> seen(job, listed.entries(), now)).toList();
    remember(runs, seen);
    List<JobFacts> facts = new ArrayList<>(seen.size());
    for (Seen each : seen) {
      JobName name = each.job().name();
      Optional<RunEntry> last = each.records().last();
      Optional<Details> details = details(last);
      facts.add(
          new JobFacts(
              name,
              each.records().history(details),
              each.records().start(each.job().plan()),
              Pauses.isPaused(paused, name),
              Optional.ofNullable(runners.get(name)),
              (int) flaws.stream().filter(flaw -> flaw.concerns(name)).count()
                  + (last.isPresent() && details.isEmpty() ? 1 : 0)));
    }
    return facts;
  }

  private static Seen seen(ScheduledJob job, Map<JobName, List<RunEntry>> all, Instant now) {
    List<RunEntry> entries = all.getOrDefault(job.name(), List.of());
    return new Seen(job, new JobRecords(entries, job.turns().at(entries, now), now));
  }

  private Optional<Details> details(Optional<RunEntry> entry) {
    return entry.flatMap(each -> known.getOrDefault(each.name(), Optional.empty()));
  }

  private void remember(Runs runs, List<Seen> seen) {
    List<RunEntry> last = seen.stream().flatMap(each -> each.records().last().stream()).toList();
    Map<String, Optional<Details>> read = new HashMap<>();
    Together.inTurn(
        last,
        Together.MOST,
        entry -> read(runs, entry),
        (entry, details) -> read.put(entry.name(), details));
    known = read;
  }

  private Optional<Details> read(Runs runs, RunEntry entry) {
    Optional<Details> remembered = details(Optional.of(entry));
    if (remembered.isPresent()) {
      return remembered;
    }
    try {
      return runs.read(entry).map(Details::of);
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }
}
