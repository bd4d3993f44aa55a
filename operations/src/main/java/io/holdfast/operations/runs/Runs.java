package io.holdfast.operations.runs;

import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What became of scheduled jobs: the repository's area "runs", sealed objects that are never
 * changed. Of each job the newest {@link #KEPT} are kept. Thread-safe.
 */
public final class Runs {
  static final int KEPT = 100;
  static final String AREA = "runs";

  private final Repository repository;
  private final SealedObjects objects;

  public Runs(Repository repository) {
    this.repository = repository;
    this.objects = repository.objects(AREA);
  }

  /** For a run and all that is said of it. */
  public static String newId() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * Everything that is there.
   *
   * @param entries of every job, those due first come first
   * @param strange what nobody can tell for a run
   */
  public record Listed(Map<JobName, List<RunEntry>> entries, List<Flaw> strange) {}

  /** Durable on return; then old ones are removed. */
  public void add(Run run) {
    byte[] content = RunFormat.encode(run);
    objects.put(RunEntry.nameOf(run), content, 0, content.length, Map.of());
    trim(run.job(), run.ended());
  }

  /** What cannot be removed now is with the next one. */
  private void trim(JobName job, Instant now) {
    // Those of the future sort last, and must not push out the one that was just made.
    List<RunEntry> entries = new Records(of(job), now).counting();
    try {
      entries.subList(0, Math.max(0, entries.size() - KEPT)).stream()
          // From when on it counts is needed as long as nothing ran.
          .filter(entry -> entry.outcome() != Outcome.SEEN || hasRun(entries))
          .forEach(entry -> objects.delete(entry.name()));
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
    }
  }

  private static boolean hasRun(List<RunEntry> entries) {
    return entries.reversed().stream().limit(KEPT).anyMatch(entry -> entry.outcome().last());
  }

  /** Of every job, those due first come first. Reads names only. */
  public Map<JobName, List<RunEntry>> all() {
    return list().entries();
  }

  /** The same, with what is not understood among them. Reads names only. */
  public Listed list() {
    return list("");
  }

  private Listed list(String below) {
    Map<JobName, List<RunEntry>> all = new TreeMap<>(Comparator.comparing(JobName::text));
    List<Flaw> strange = new ArrayList<>();
    objects.list(
        below,
        entry ->
            RunEntry.parse(entry.name())
                .ifPresentOrElse(
                    run -> all.computeIfAbsent(run.job(), job -> new ArrayList<>()).add(run),
                    () -> strange.add(strange(entry.name()))));
    return new Listed(all, strange);
  }

  private static Flaw strange(String name) {
    return new Flaw(
        JobName.ofPath(name),
        AREA + "/" + name,
        "is not named as a run is, and does not count: somebody has put it there, or a newer"
            + " version of Holdfast");
  }

  /**
   * What is wrong with the records of a job: those of the future, and those that cannot be read.
   * Reads them all.
   */
  public List<Flaw> flaws(JobName job, Instant now) {
    Listed listed = list(job.schedule());
    Records records = new Records(listed.entries().getOrDefault(job, List.of()), now);
    List<Flaw> flaws = new ArrayList<>(listed.strange());
    flaws.removeIf(flaw -> !flaw.concerns(job));
    flaws.addAll(records.flaws());
    records.past().forEach(entry -> flaw(entry).ifPresent(flaws::add));
    return flaws;
  }

  /** Why it cannot be read; empty if it can, or is not there any more. */
  public Optional<Flaw> flaw(RunEntry entry) {
    try {
      read(entry);
      return Optional.empty();
    } catch (RepositoryDamagedException e) {
      return Optional.of(new Flaw(entry.job(), entry.place(), "is damaged: " + e.getMessage()));
    }
  }

  /** Durable on return. */
  public void remove(Flaw flaw) {
    objects.delete(flaw.place().substring(AREA.length() + 1));
  }

  /** Of one job, those due first come first. Reads names only. */
  public List<RunEntry> of(JobName job) {
    List<RunEntry> found = new ArrayList<>();
    objects.list(job.folder(), entry -> RunEntry.parse(entry.name()).ifPresent(found::add));
    return found;
  }

  /**
   * Empty if it is not there any more.
   *
   * @throws HoldfastException (repository) if it cannot be read, or is not what its name says
   */
  public Optional<Run> read(RunEntry entry) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return objects
        .get(entry.name(), content)
        .map(head -> RunFormat.decode(entry.name(), content.toByteArray()))
        .map(run -> {
          if (!entry.tellsOf(run)) {
            throw new RepositoryDamagedException(
                "could not read the run "
                    + entry.name()
                    + ": expected what its name says, found "
                    + RunEntry.nameOf(run),
                "Somebody has put it there. Other runs are not touched.",
                null);
          }
          return run;
        });
  }

  /**
   * For whoever runs the job, so that nobody else does at the same time; the caller closes it, and
   * looks for what became of the job after he has it.
   *
   * @throws LeaseHeldException if somebody runs it now
   */
  public Lease take(JobName job) {
    return repository.acquire(job.lease(), LeaseOptions.of("run " + job.text()));
  }

  /** The jobs that run now, and who runs each. */
  public Map<JobName, LeaseHolder> runners() {
    Map<JobName, LeaseHolder> runners = new HashMap<>();
    repository
        .holders()
        .forEach(
            (lease, holder) -> JobName.ofLease(lease).ifPresent(job -> runners.put(job, holder)));
    return runners;
  }

  /** Who runs it now. */
  public Optional<LeaseHolder> runner(JobName job) {
    return repository.holder(job.lease());
  }
}
