package io.holdfast.cli.wiring;

import io.holdfast.api.Fleet;
import io.holdfast.api.Timetable;
import io.holdfast.operations.audit.Act;
import io.holdfast.operations.audit.AuditLog;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.view.ScheduleView;
import io.holdfast.repository.Repository;
import io.holdfast.service.Job;
import io.holdfast.service.Service;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What the API shows of schedules, and has done with them. */
final class ServedTimetable implements Timetable {
  /** The next moments that are told. */
  private static final int NEXT = 3;

  private final Fleet fleet;
  private final Repository writing;
  private final List<Job> jobs;
  private final Service service;
  private final InstantSource clock;
  private final Consumer<Act> audit;

  /**
   * @param audit records what was done; work that was done stays done, whatever becomes of that
   */
  ServedTimetable(
      Fleet fleet,
      Repository writing,
      List<Job> jobs,
      Service service,
      InstantSource clock,
      Consumer<Act> audit) {
    this.fleet = fleet;
    this.writing = writing;
    this.jobs = List.copyOf(jobs);
    this.service = service;
    this.clock = clock;
    this.audit = audit;
  }

  @Override
  public List<JobName> jobs() {
    return jobs.stream().map(Job::name).toList();
  }

  @Override
  public List<ScheduleView> schedules(List<JobName> wanted) {
    return new ScheduleBook(fleet.repository())
        .views(
            jobs.stream().filter(job -> wanted.contains(job.name())).toList(),
            NEXT,
            service.underWay(),
            clock.instant());
  }

  @Override
  public Optional<String> run(JobName job, String by) {
    Optional<String> run = service.run(job);
    run.ifPresent(id ->
        audit.accept(
            begun("run", job, by, id).ended(clock.instant(), ExitStatus.DONE.code(), List.of())));
    return run;
  }

  @Override
  public void pause(JobName job, String by) {
    Act act = begun("pause", job, by, "");
    recorded(
        act,
        () -> {
          new ScheduleBook(writing).pause(job, by, clock.instant());
          return true;
        });
  }

  @Override
  public boolean resume(JobName job, String by) {
    Act act = begun("resume", job, by, "");
    return recorded(act, () -> new ScheduleBook(writing).resume(job, jobs, clock.instant()));
  }

  private Act begun(String verb, JobName job, String by, String run) {
    return new Act(
        AuditLog.newId(),
        clock.instant(),
        Optional.empty(),
        by,
        HostName.ofThisMachine(),
        "schedule " + verb,
        "POST /schedules/"
            + job.schedule()
            + "/"
            + verb
            + job.cluster().map(cluster -> "?cluster=" + cluster).orElse(""),
        job.cluster(),
        List.of(),
        -1,
        "holdfast " + Build.version(),
        run);
  }

  /**
   * @param work false if there was nothing to do
   */
  private boolean recorded(Act act, BooleanSupplier work) {
    ExitStatus status = ExitStatus.BUG;
    try {
      boolean done = work.getAsBoolean();
      status = done ? ExitStatus.DONE : ExitStatus.USAGE;
      return done;
    } catch (HoldfastException e) {
      status = e.status();
      throw e;
    } finally {
      service.lookAgain();
      audit.accept(act.ended(clock.instant(), status.code(), List.of()));
    }
  }
}
