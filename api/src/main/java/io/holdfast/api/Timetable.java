package io.holdfast.api;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.view.ScheduleView;
import java.util.List;
import java.util.Optional;

/** What runs when, and having it run now or rest. Called by several threads at once. */
public interface Timetable {
  /** In the order of the configuration. */
  List<JobName> jobs();

  /** How those stand. */
  List<ScheduleView> schedules(List<JobName> jobs);

  /**
   * Starts one as soon as there is room for it.
   *
   * @param by who did it
   * @return the id that its run will have; empty if it runs already, or is about to
   */
  Optional<String> run(JobName job, String by);

  /**
   * Lets a schedule rest on every node. Durable on return.
   *
   * @param job without a cluster for all of them
   * @param by who did it
   */
  void pause(JobName job, String by);

  /**
   * Lets it go on, from now. Durable on return.
   *
   * @param by who did it
   * @return false if it was not paused
   */
  boolean resume(JobName job, String by);
}
