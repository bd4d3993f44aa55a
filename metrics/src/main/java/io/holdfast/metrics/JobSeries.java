package io.holdfast.metrics;

import io.holdfast.operations.runs.JobName;
import java.time.Instant;

/** What is told of scheduled jobs. */
final class JobSeries {
  private final Series series;
  private final Instant now;

  JobSeries(Series series, Instant now) {
    this.series = series;
    this.now = now;
  }

  void add(JobsLook look) {
    if (look.declared() > 0) {
      series.add(Metric.JOBS_SEEN, look.trouble().isEmpty());
    }
    look.facts().forEach(this::job);
  }

  private void job(JobFacts facts) {
    JobName job = facts.job();
    String schedule = job.schedule();
    String cluster = job.cluster().orElse("");
    series.add(Metric.JOB_PAUSED, facts.paused(), schedule, cluster);
    series.add(Metric.JOB_START, facts.start(), schedule, cluster);
    series.add(Metric.JOB_FLAWED, facts.flawed(), schedule, cluster);
    series.add(Metric.JOB_OVERDUE, facts.overdue(now), schedule, cluster);
    facts
        .runner()
        .ifPresent(holder ->
            series.add(Metric.JOB_RUNNING, holder.acquired(), schedule, cluster, holder.host()));
    history(facts.history(), schedule, cluster);
  }

  private void history(JobFacts.History history, String schedule, String cluster) {
    series.add(Metric.JOB_TAKEN_UP, history.takenUp(), schedule, cluster);
    history.since().ifPresent(at -> series.add(Metric.JOB_SINCE, at, schedule, cluster));
    series.add(Metric.JOB_RUNS, history.runs(), schedule, cluster);
    series.add(Metric.JOB_FAILING, history.failing(), schedule, cluster);
    series.add(Metric.JOB_FAILURES, history.failures(), schedule, cluster);
    history.last().ifPresent(last -> last(last, schedule, cluster));
    history.lastSuccess().ifPresent(at -> series.add(Metric.JOB_SUCCESS, at, schedule, cluster));
  }

  private void last(JobFacts.Last last, String schedule, String cluster) {
    series.add(Metric.JOB_OUTCOME, 1, schedule, cluster, last.outcome().word());
    series.add(Metric.JOB_ENDED, last.ended(), schedule, cluster);
    last.details()
        .ifPresent(details -> {
          series.add(Metric.JOB_DURATION, details.took(), schedule, cluster);
          series.add(Metric.JOB_STATUS, details.status(), schedule, cluster);
        });
  }
}
