package io.holdfast.cli.wiring;

import io.holdfast.api.Fleet;
import io.holdfast.api.Timetable;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.view.ScheduleView;
import io.holdfast.repository.Repository;
import io.holdfast.service.Job;
import io.holdfast.service.Service;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What the API shows of schedules, and has done with them. */
final class ServedTimetable implements Timetable {
  /** The next moments that are told. */
  private static final int NEXT = 3;

  private final Fleet fleet;
  private final Repository writing;
  private final List<Job> jobs;
  private final Service service;
  private final InstantSource clock;

  ServedTimetable(
      Fleet fleet, Repository writing, List<Job> jobs, Service service, InstantSource clock) {
    this.fleet = fleet;
    this.writing = writing;
    this.jobs = List.copyOf(jobs);
    this.service = service;
    this.clock = clock;
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
  public Optional<String> run(JobName job) {
    return service.run(job);
  }

  @Override
  public void pause(JobName job, String by) {
    new ScheduleBook(writing).pause(job, by, clock.instant());
    service.lookAgain();
  }

  @Override
  public boolean resume(JobName job) {
    boolean paused = new ScheduleBook(writing).resume(job, jobs, clock.instant());
    service.lookAgain();
    return paused;
  }
}
