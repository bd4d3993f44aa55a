package io.holdfast.cli.wiring;

import io.holdfast.metrics.LiveChannels;
import io.holdfast.notifications.ChannelState;
import io.holdfast.notifications.Notifier;
import io.holdfast.notifications.Ping;
import io.holdfast.notifications.Pings;
import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Severity;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.repository.Repository;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.service.Matter;
import io.holdfast.service.ServiceEvents;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes incidents of what the service tells: a job is one from the failure after which it is not
 * tried again to its next success, whoever brings that about; failures by hand are none; what
 * troubles the service is one as long as it lasts, and so is what is unusual about the newest
 * backups, and WAL that is missing.
 */
public final class Alarms implements ServiceEvents, AutoCloseable {
  private static final String HINT = "HINT: ";

  private final Announcements announcements;
  private final Notifier notifier;
  private final Pings pings;
  private final UnusualBackups unusual;
  private final MissingWal missing;
  private final Lookout beside = new Lookout("gone-schedules");

  private Alarms(
      Announcements announcements,
      Notifier notifier,
      Pings pings,
      Repository repository,
      InstantSource clock) {
    this.announcements = announcements;
    this.notifier = notifier;
    this.pings = pings;
    this.unusual =
        UnusualBackups.of(
            repository,
            (cluster, problems) -> notifier.present(cluster, UnusualBackups.AREA, problems));
    this.missing =
        MissingWal.of(
            repository,
            (cluster, problems) -> notifier.present(cluster, MissingWal.AREA, problems),
            clock);
  }

  /** Started; tells nobody where the configuration names nobody. */
  public static Alarms start(Settings settings, Repository repository, InstantSource clock) {
    Announcements announcements = new Announcements(settings, clock);
    Alarms alarms =
        new Alarms(
            announcements,
            announcements.notifier(repository),
            announcements.pings(),
            repository,
            clock);
    alarms.notifier.watch(
        settings.clusters().keySet().stream().map(ClusterName::text).collect(Collectors.toSet()));
    alarms.notifier.start();
    alarms.pings.start();
    alarms.endWhatIsGone(settings, repository, clock);
    return alarms;
  }

  private void endWhatIsGone(Settings settings, Repository repository, InstantSource clock) {
    GoneSchedules gone =
        new GoneSchedules(
            Jobs.of(settings).stream().map(Job::name).collect(Collectors.toUnmodifiableSet()));
    Set<String> clusters =
        settings.clusters().keySet().stream().map(ClusterName::text).collect(Collectors.toSet());
    clusters.add("");
    beside.look(() ->
        gone.end(
            Announcements.incidents(settings, repository), clusters, notifier, clock.instant()));
  }

  @Override
  public void began(Job job, Turn.Now turn, String id) {
    // Whether it will be told how that ended depends on how it ends.
    if (turn.attempt() == 0) {
      return;
    }
    pings.tell(Ping.start(job.name().cluster().orElse(""), job.name().schedule(), uuid(id)));
  }

  @Override
  public void ended(Job job, Run run) {
    if (run.outcome() == Outcome.INTERRUPTED || run.outcome() == Outcome.SEEN) {
      return;
    }
    boolean failed = run.outcome().bad();
    if (failed && run.byHand()) {
      // That is the affair of whoever did it, and he sees it.
      return;
    }
    String cluster = job.name().cluster().orElse("");
    pings.tell(Ping.end(cluster, job.name().schedule(), uuid(run.id()), run.status(), run.said()));
    String key = Matter.ofRuns(job.name()).key();
    if (!failed) {
      notifier.clear(cluster, key);
      if (job.words().getFirst().equals("backup")) {
        unusual.look(cluster, run.id());
        missing.lookAgain(cluster);
      }
    } else if (run.outcome().last() || run.attempt() > job.plan().retries()) {
      notifier.raise(problem(job, run, cluster, key));
    }
  }

  private static Problem problem(Job job, Run run, String cluster, String key) {
    String what =
        switch (run.outcome()) {
          case NO -> "found something wrong";
          case MISSED -> "did not run";
          case REFUSED -> "cannot run";
          default -> "failed";
        };
    String command = "holdfast " + String.join(" ", job.words());
    return new Problem(
        cluster,
        key,
        Severity.ERROR,
        "Schedule " + job.name() + " " + what + reason(run).map(why -> ": " + why).orElse(""),
        command + (run.status() < 0 ? "" : " ended with status " + run.status()),
        line(run, HINT).orElse(""),
        run.id(),
        run.said());
  }

  /** As the command said it, or what was noted where there was none. */
  private static Optional<String> reason(Run run) {
    return run.status() < 0
        ? run.said().lines().findFirst()
        : line(run, "holdfast: ").filter(text -> !text.startsWith("warning: "));
  }

  /** The last one that begins so. */
  private static Optional<String> line(Run run, String beginning) {
    return run.said()
        .lines()
        .filter(each -> each.startsWith(beginning))
        .reduce((first, second) -> second)
        .map(each -> each.substring(beginning.length()));
  }

  /** Joins the two ends of a run; the same for the same run in every process. */
  private static UUID uuid(String id) {
    return UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void left(Job job, String id, String why) {}

  @Override
  public void said(JobName job, String id, String line) {}

  @Override
  public void trouble(Matter matter, String what) {
    int hint = what.indexOf(HINT);
    notifier.raise(
        new Problem(
            matter.cluster(),
            matter.key(),
            Severity.ERROR,
            matter.words() + ": in trouble",
            hint < 0 ? what : what.substring(0, hint).strip(),
            hint < 0 ? "" : what.substring(hint + HINT.length()),
            "",
            ""));
  }

  @Override
  public void over(Matter matter) {
    notifier.clear(matter.cluster(), matter.key());
  }

  @Override
  public void receiving(String cluster) {
    missing.look(cluster);
  }

  @Override
  public void well(Matter matter, Instant since) {
    notifier.well(matter.cluster(), matter.key(), since);
  }

  @Override
  public void note(Matter matter, String what) {}

  /** How it stands with each channel. */
  public LiveChannels channels() {
    return () -> notifier.channels().stream().map(Alarms::standing).toList();
  }

  private static LiveChannels.Standing standing(ChannelState state) {
    return new LiveChannels.Standing(
        state.channel(), state.waiting(), state.failingSince(), state.lost(), state.delivered());
  }

  /** Sends what can be sent within some seconds. */
  @Override
  public void close() {
    unusual.close();
    missing.close();
    beside.close();
    pings.close();
    notifier.close();
    announcements.close();
  }
}
