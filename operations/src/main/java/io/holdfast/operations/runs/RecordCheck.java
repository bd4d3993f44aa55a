package io.holdfast.operations.runs;

import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether the records that schedules go by can be gone by: all names, all pauses, and of each job
 * what was written last.
 */
public final class RecordCheck {
  private final Runs runs;
  private final Pauses pauses;

  public RecordCheck(Repository repository) {
    this.runs = new Runs(repository);
    this.pauses = new Pauses(repository);
  }

  /**
   * @param jobs about others nothing is told
   */
  public List<Flaw> of(Collection<JobName> jobs, Runs.Listed listed, Instant now) {
    List<Flaw> flaws = new ArrayList<>(byNames(listed, now));
    flaws.addAll(pauses.flaws(now));
    flaws.removeIf(flaw -> jobs.stream().noneMatch(flaw::concerns));
    List<RunEntry> last =
        jobs.stream()
            .map(job -> listed.entries().getOrDefault(job, List.of()))
            .flatMap(entries -> new Records(entries, now).last().stream())
            .toList();
    Together.inTurn(
        last,
        Together.MOST,
        runs::flaw,
        (RunEntry entry, Optional<Flaw> flaw) -> flaw.ifPresent(flaws::add));
    return flaws;
  }

  /** What can be told of runs without reading them. */
  public static List<Flaw> byNames(Runs.Listed listed, Instant now) {
    List<Flaw> flaws = new ArrayList<>(listed.strange());
    listed.entries().values().forEach(own -> flaws.addAll(new Records(own, now).flaws()));
    return flaws;
  }
}
