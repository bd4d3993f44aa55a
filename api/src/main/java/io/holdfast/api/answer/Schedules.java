package io.holdfast.api.answer;

import io.holdfast.api.Fleet;
import io.holdfast.api.Timetable;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.operations.view.RunView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What is answered of schedules, and done with them. */
final class Schedules {
  private final Fleet fleet;
  private final Timetable timetable;
  private final Consumer<String> notes;

  /**
   * @param notes told what was done, and by whom
   */
  Schedules(Fleet fleet, Timetable timetable, Consumer<String> notes) {
    this.fleet = fleet;
    this.timetable = timetable;
    this.notes = notes;
  }

  SchedulesAnswer all(Asked asked) {
    List<JobName> sorted =
        timetable.jobs().stream().sorted(Comparator.comparing(Schedules::key)).toList();
    Page<JobName> page = Page.of(sorted, Schedules::key, Comparator.naturalOrder(), asked);
    return new SchedulesAnswer(timetable.schedules(page.items()), page.next());
  }

  /** As a cursor has it; no name has a dot. */
  private static String key(JobName job) {
    return job.schedule() + "." + job.cluster().orElse("");
  }

  RunsAnswer runs(Asked asked) {
    Page<RunEntry> page =
        Page.of(entries(one(asked)), Schedules::key, Comparator.reverseOrder(), asked);
    return new RunsAnswer(page.items().stream().map(RunsAnswer.Line::of).toList(), page.next());
  }

  /** Those that ended last first. */
  private List<RunEntry> entries(JobName job) {
    return new Runs(fleet.repository())
        .of(job).stream()
            .filter(entry -> entry.outcome() != Outcome.SEEN)
            .sorted(Comparator.comparing((RunEntry entry) -> key(entry)).reversed())
            .toList();
  }

  private static String key(RunEntry entry) {
    return entry.ended().getEpochSecond() + "." + entry.id();
  }

  RunView run(Asked asked) {
    Runs runs = new Runs(fleet.repository());
    String id = asked.part(Parameter.RUN);
    return entries(one(asked)).stream()
        .filter(entry -> entry.id().equals(id))
        .findFirst()
        .flatMap(runs::read)
        .map(RunView::of)
        .orElseThrow(() ->
            RefusalException.notThere(
                "run", "One that was just started is there when it has ended."));
  }

  StartedAnswer start(Asked asked) {
    JobName job = one(asked);
    String run =
        timetable
            .run(job, by(asked))
            .orElseThrow(() ->
                new RefusalException(
                    409, "it runs already, or is about to", "GET /api/v1/schedules says so."));
    note(asked, "has " + job + " run now, as run " + run);
    return new StartedAnswer(job.schedule(), job.cluster().orElse(null), run);
  }

  PausedAnswer pause(Asked asked) {
    JobName job = meant(asked);
    timetable.pause(job, by(asked));
    note(asked, "pauses " + job);
    return new PausedAnswer(job.schedule(), job.cluster().orElse(null), true);
  }

  PausedAnswer resume(Asked asked) {
    JobName job = meant(asked);
    if (!timetable.resume(job, by(asked))) {
      throw new RefusalException(
          409,
          "it is not paused",
          "One that was paused for all clusters is resumed for all, without 'cluster'.");
    }
    note(asked, "resumes " + job);
    return new PausedAnswer(job.schedule(), job.cluster().orElse(null), false);
  }

  private static String by(Asked asked) {
    return "the API with the token " + asked.by();
  }

  private void note(Asked asked, String what) {
    notes.accept("the token " + asked.by() + " " + what);
  }

  /** The one job of that name; 'cluster' may be left out where there is but one. */
  private JobName one(Asked asked) {
    List<JobName> fitting = fitting(asked);
    if (fitting.size() > 1) {
      throw new RefusalException(
          400, "this schedule concerns several clusters", "Say which one: ?cluster=NAME");
    }
    return fitting.getFirst();
  }

  /** That, or the schedule for all of its clusters. */
  private JobName meant(Asked asked) {
    List<JobName> fitting = fitting(asked);
    return asked.said(Parameter.CLUSTER).isPresent()
        ? fitting.getFirst()
        : new JobName(fitting.getFirst().schedule(), Optional.empty());
  }

  private List<JobName> fitting(Asked asked) {
    String schedule = asked.part(Parameter.SCHEDULE);
    Optional<String> cluster = asked.said(Parameter.CLUSTER);
    List<JobName> fitting =
        timetable.jobs().stream()
            .filter(job -> job.schedule().equals(schedule))
            .filter(job -> cluster.isEmpty() || job.cluster().equals(cluster))
            .toList();
    if (fitting.isEmpty()) {
      throw RefusalException.notThere("schedule", "GET /api/v1/schedules lists them.");
    }
    return fitting;
  }
}
