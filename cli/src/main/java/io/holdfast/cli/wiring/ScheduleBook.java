package io.holdfast.cli.wiring;

import io.holdfast.operations.runs.Flaw;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.RecordCheck;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.operations.view.ScheduleView;
import io.holdfast.repository.Repository;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How jobs stand by what the repository has of them, and what is said of them there. */
public final class ScheduleBook {
  private final Repository repository;

  public ScheduleBook(Repository repository) {
    this.repository = repository;
  }

  /**
   * @param next how many of the next moments are told
   * @param underWay the runs that this process has under way
   */
  public List<ScheduleView> views(
      List<Job> jobs, int next, Map<JobName, String> underWay, Instant now) {
    Runs.Listed listed = new Runs(repository).list();
    Set<JobName> paused = new Pauses(repository).all();
    List<Flaw> flaws =
        new RecordCheck(repository).of(jobs.stream().map(Job::name).toList(), listed, now);
    return jobs.stream()
        .map(job ->
            view(
                job,
                new Records(listed.entries().getOrDefault(job.name(), List.of()), now),
                Pauses.isPaused(paused, job.name()),
                next,
                Optional.ofNullable(underWay.get(job.name())),
                flaws.stream().filter(flaw -> flaw.concerns(job.name())).map(Flaw::text).toList()))
        .toList();
  }

  private static ScheduleView view(
      Job job,
      Records records,
      boolean paused,
      int next,
      Optional<String> underWay,
      List<String> flaws) {
    Instant now = records.now();
    Optional<RunEntry> last = records.last();
    return new ScheduleView(
        job.name().schedule(),
        job.name().cluster().orElse(null),
        String.join(" ", job.words()),
        job.plan().schedule().text(),
        paused ? "paused" : state(job.turn(records.entries(), now), now),
        last.map(entry -> entry.outcome().word()).orElse(null),
        last.map(RunEntry::ended).orElse(null),
        last.filter(entry -> entry.outcome().bad()).isPresent(),
        job.plan().preview(now, next),
        flaws,
        underWay.orElse(null));
  }

  private static String state(Turn turn, Instant now) {
    return switch (turn) {
      case Turn.Waiting waiting -> waiting.due().isAfter(now) ? "" : "to be tried again";
      case Turn.Now _ -> "due now";
      case Turn.Missed _ -> "missed";
    };
  }

  /**
   * Lets it rest on every node. Durable on return.
   *
   * @param name without a cluster for all of them
   */
  public void pause(JobName name, String by, Instant now) {
    new Pauses(repository).pause(name, by, now);
  }

  /**
   * Lets it go on, without making up for what was due meanwhile. Durable on return.
   *
   * @param name without a cluster for all of them, however they were paused
   * @param jobs all there are
   * @return false if it was not paused, or only together with others
   */
  public boolean resume(JobName name, List<Job> jobs, Instant now) {
    Pauses pauses = new Pauses(repository);
    List<JobName> meant = pauses.all().stream().filter(each -> isMeant(each, name, jobs)).toList();
    if (meant.isEmpty()) {
      return false;
    }
    // First, so that nothing that was due meanwhile begins in between.
    jobs.stream()
        .map(Job::name)
        .filter(job ->
            job.equals(name)
                || (name.cluster().isEmpty() && job.schedule().equals(name.schedule())))
        .forEach(job -> new Runs(repository).add(resumed(job, now)));
    meant.forEach(pauses::resume);
    return true;
  }

  private static boolean isMeant(JobName paused, JobName name, List<Job> jobs) {
    return paused.schedule().equals(name.schedule())
        && (paused.equals(name)
            || name.cluster().isEmpty()
            || (paused.cluster().isEmpty() && isAlone(name, jobs)));
  }

  /** Whether a schedule concerns that cluster alone: then a pause for all is one for it. */
  private static boolean isAlone(JobName name, List<Job> jobs) {
    return jobs.stream()
        .map(Job::name)
        .filter(job -> job.schedule().equals(name.schedule()))
        .allMatch(name::equals);
  }

  private static Run resumed(JobName job, Instant now) {
    return new Run(
        job,
        now,
        now,
        now,
        0,
        0,
        Outcome.SEEN,
        -1,
        "",
        HostName.ofThisMachine(),
        "holdfast " + Build.version(),
        "resumed",
        Runs.newId());
  }
}
