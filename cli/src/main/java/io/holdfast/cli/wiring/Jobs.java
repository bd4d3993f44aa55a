package io.holdfast.cli.wiring;

import io.holdfast.operations.runs.JobName;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Schedule;
import io.holdfast.service.Job;
import io.holdfast.settings.ScheduleSettings;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the configuration has run by itself: its schedules, and test plans as they come due. */
public final class Jobs {
  /** Looks for test plans that are due; the configuration refuses it as a name. */
  private static final String TEST_PLANS = ScheduleSettings.TEST_PLANS;

  private static final Set<String> READING =
      Set.of("check", "doctor", "prove", "verify", "runbook");

  private Jobs() {}

  /** In the order of the file. */
  public static List<Job> of(Settings settings) {
    List<Job> jobs = new ArrayList<>();
    for (ScheduleSettings schedule : settings.schedules()) {
      if (!schedule.perCluster()) {
        jobs.add(job(schedule, Optional.empty()));
        continue;
      }
      settings.clusters().keySet().stream()
          .filter(schedule::concerns)
          .forEach(cluster -> jobs.add(job(schedule, Optional.of(cluster))));
    }
    settings
        .clusters()
        .forEach((name, cluster) -> {
          if (!cluster.prove().plans().isEmpty()) {
            jobs.add(testPlans(name));
          }
        });
    return jobs;
  }

  /**
   * @throws HoldfastException (usage) naming those that there are, if there is no such job
   */
  public static Job find(Settings settings, String schedule, Optional<String> cluster) {
    List<Job> named =
        of(settings).stream().filter(job -> job.name().schedule().equals(schedule)).toList();
    List<Job> found =
        named.stream()
            .filter(job -> cluster.isEmpty() || job.name().cluster().equals(cluster))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    String known =
        (named.isEmpty() ? of(settings) : named)
            .stream().map(job -> job.name().text()).collect(Collectors.joining(", "));
    throw new HoldfastException(
        ExitStatus.USAGE,
        found.isEmpty()
            ? "there is no schedule '" + new JobName(schedule, cluster) + "' in " + settings.file()
            : "of schedule '" + schedule + "', for which cluster?",
        known.isEmpty() ? "It declares none. Add one below 'schedules:'." : "There are: " + known);
  }

  /**
   * One job, or a schedule for all of its clusters.
   *
   * @throws HoldfastException (usage) as above
   */
  public static JobName known(Settings settings, String schedule, Optional<String> cluster) {
    boolean there =
        cluster.isEmpty()
            && of(settings).stream().anyMatch(job -> job.name().schedule().equals(schedule));
    return there
        ? new JobName(schedule, Optional.empty())
        : find(settings, schedule, cluster).name();
  }

  private static Job job(ScheduleSettings schedule, Optional<ClusterName> cluster) {
    JobName name = new JobName(schedule.name(), cluster.map(ClusterName::text));
    List<String> words = new ArrayList<>(schedule.run());
    cluster.ifPresent(each -> words.add(1, each.text()));
    Plan plan =
        new Plan(
            name.text(),
            schedule.when(),
            schedule.jitter(),
            schedule.catchUp(),
            schedule.retries(),
            schedule.retryAfter(),
            schedule.notDuring());
    Job.Lane lane = READING.contains(words.getFirst()) ? Job.Lane.READING : Job.Lane.WRITING;
    return new Job(name, plan, words, schedule.timeout(), lane);
  }

  private static Job testPlans(ClusterName cluster) {
    JobName name = new JobName(TEST_PLANS, Optional.of(cluster.text()));
    Plan plan =
        new Plan(
            name.text(),
            Schedule.parse("every 1h", ZoneOffset.UTC),
            Duration.ofHours(1),
            Optional.empty(),
            0,
            Duration.ofHours(1),
            List.of());
    return new Job(
        name,
        plan,
        List.of("prove", cluster.text(), "--due"),
        Duration.ofDays(7),
        Job.Lane.READING);
  }
}
