package io.holdfast.cli.command;

import io.holdfast.cli.wiring.Jobs;
import io.holdfast.operations.doctor.ScheduleLook.Timed;
import io.holdfast.operations.runs.Flaw;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.RecordCheck;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.Repository;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.settings.ScheduleSettings;
import io.holdfast.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is scheduled, how often, and how it went. */
final class SchedulesCheck {
  /** Of so many next runs the longest time between two counts. */
  private static final int NEXT = 9;

  /** Other runs may be before it. */
  private static final Duration LATE = Duration.ofHours(1);

  private final Map<JobName, List<RunEntry>> entries;
  private final Set<JobName> paused;
  private final List<Flaw> flaws;
  private final List<Job> jobs;
  private final Instant now;

  SchedulesCheck(Settings settings, Repository repository, Instant now) {
    this.jobs =
        Jobs.of(settings).stream()
            .filter(job -> !job.name().schedule().equals(ScheduleSettings.TEST_PLANS))
            .toList();
    Runs.Listed listed = new Runs(repository).list();
    this.entries = listed.entries();
    this.paused = new Pauses(repository).all();
    this.now = now;
    this.flaws = new RecordCheck(repository).of(jobs.stream().map(Job::name).toList(), listed, now);
  }

  /** What is noted of them and cannot be gone by. */
  List<Flaw> flaws() {
    return flaws;
  }

  List<Timed> of(String cluster) {
    return of(Optional.of(cluster));
  }

  /** Those that concern no cluster alone. */
  List<Timed> ofAll() {
    return of(Optional.empty());
  }

  private List<Timed> of(Optional<String> cluster) {
    return jobs.stream()
        .filter(job -> job.name().cluster().equals(cluster))
        .map(this::timed)
        .toList();
  }

  private Timed timed(Job job) {
    List<RunEntry> own = entries.getOrDefault(job.name(), List.of());
    Optional<RunEntry> last = new Records(own, now).last();
    return new Timed(
        job.name().schedule(),
        job.words(),
        longest(job),
        Pauses.isPaused(paused, job.name()),
        !own.isEmpty(),
        last.filter(entry -> entry.outcome().bad())
            .map(entry -> entry.outcome().word() + ", " + entry.ended()),
        own.isEmpty() ? Optional.empty() : overdue(job.turn(own, now)));
  }

  private Optional<Instant> overdue(Turn turn) {
    return turn instanceof Turn.Waiting
        ? Optional.empty()
        : Optional.of(turn.due()).filter(due -> due.isBefore(now.minus(LATE)));
  }

  private Duration longest(Job job) {
    List<Instant> next = job.plan().schedule().after(now, NEXT);
    Duration longest = Duration.ZERO;
    for (int i = 1; i < next.size(); i++) {
      Duration between = Duration.between(next.get(i - 1), next.get(i));
      longest = between.compareTo(longest) > 0 ? between : longest;
    }
    return longest;
  }
}
