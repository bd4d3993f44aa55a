package io.holdfast.cli.wiring;

import io.holdfast.metrics.Exposition;
import io.holdfast.metrics.LiveChannels;
import io.holdfast.metrics.LiveProcess;
import io.holdfast.metrics.LiveReceivers;
import io.holdfast.metrics.Looker;
import io.holdfast.metrics.Looking;
import io.holdfast.metrics.MetricsServer;
import io.holdfast.metrics.Round;
import io.holdfast.metrics.Rounds;
import io.holdfast.metrics.Sample;
import io.holdfast.metrics.ScheduledJob;
import io.holdfast.metrics.Watched;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Run;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.service.Matter;
import io.holdfast.service.ReceiverStanding;
import io.holdfast.service.Service;
import io.holdfast.service.ServiceEvents;
import io.holdfast.settings.ServiceSettings;
import io.holdfast.settings.Settings;
import io.holdfast.telemetry.Telemetry;
import io.holdfast.telemetry.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What monitoring is told of the service and of all that the configuration declares: Prometheus
 * where the configuration says so, and receivers of OpenTelemetry where the environment does.
 */
public final class Monitoring implements ServiceEvents, AutoCloseable {
  /** Longer than any step takes that goes on. */
  private static final Duration LONG = Duration.ofMinutes(15);

  private static final Duration USUAL = Duration.ofMinutes(5);

  private final Rooms rooms;
  private final Settings settings;
  private final LiveChannels channels;
  private final InstantSource clock;
  private final Optional<Telemetry> telemetry;
  private volatile @Nullable Shown shown;
  private @Nullable MetricsServer server;

  /** What was looked at, and how it is told. */
  private record Shown(Rounds rounds, Exposition exposition) {}

  private Monitoring(
      Rooms rooms,
      Settings settings,
      LiveChannels channels,
      Map<String, String> environment,
      Consumer<String> trouble,
      InstantSource clock) {
    this.rooms = rooms;
    this.settings = settings;
    this.channels = channels;
    this.clock = clock;
    this.telemetry =
        Wanted.by(environment)
            ? Optional.of(Telemetry.start(environment, Build.version(), this::samples, trouble))
            : Optional.empty();
  }

  /**
   * Takes in what happens, and tells nothing before {@link #begin}.
   *
   * @param trouble is told what keeps telemetry from arriving
   */
  public static Monitoring of(
      Rooms rooms,
      Settings settings,
      LiveChannels channels,
      Map<String, String> environment,
      Consumer<String> trouble,
      InstantSource clock) {
    return new Monitoring(rooms, settings, channels, environment, trouble, clock);
  }

  /** Looks from now on, and answers whoever asks. */
  public void begin(Service service) {
    Optional<ServiceSettings.Metrics> wanted = settings.service().metrics();
    if (wanted.isEmpty() && telemetry.isEmpty()) {
      return;
    }
    LiveReceivers receivers =
        cluster ->
            Optional.ofNullable(service.receivers().get(cluster)).flatMap(ReceiverStanding::state);
    Looks looks =
        new Looks(
            new Looker(Watching.opening(rooms, settings), receivers, clock),
            Watching.clusters(settings),
            Watching.jobs(settings));
    Exposition exposition =
        new Exposition(
            Build.version(), clock, new LiveProcess(receivers, channels, () -> requests(rooms)));
    Rounds rounds = Rounds.start(looks, wanted.map(ServiceSettings.Metrics::every).orElse(USUAL));
    shown = new Shown(rounds, exposition);
    wanted.ifPresent(metrics ->
        server = MetricsServer.start(metrics.listen(), exposition, rounds, () -> goesOn(service)));
  }

  private boolean goesOn(Service service) {
    return Duration.between(service.stepped(), clock.instant()).compareTo(LONG) < 0;
  }

  private List<Sample> samples() {
    Shown now = shown;
    return now == null
        ? List.of()
        : now.exposition().samples(now.rounds().last().orElse(Round.NONE));
  }

  private record Looks(Looker looker, List<Watched> clusters, List<ScheduledJob> jobs)
      implements Looking {
    @Override
    public Round look() {
      return looker.look(clusters, jobs);
    }

    @Override
    public void close() {
      looker.close();
    }
  }

  private static Map<String, Long> requests(Rooms rooms) {
    Map<String, Long> requests = new TreeMap<>();
    rooms
        .requests()
        .all()
        .forEach((kind, count) -> requests.put(kind.name().toLowerCase(Locale.ROOT), count));
    return requests;
  }

  @Override
  public void ended(Job job, Run run) {
    telemetry.ifPresent(to -> to.ended(run));
  }

  @Override
  public void began(Job job, Turn.Now turn, String id) {}

  @Override
  public void left(Job job, String id, String why) {}

  @Override
  public void said(JobName job, String id, String line) {}

  @Override
  public void trouble(Matter matter, String what) {}

  @Override
  public void over(Matter matter) {}

  @Override
  public void receiving(String cluster) {}

  @Override
  public void well(Matter matter, Instant since) {}

  @Override
  public void note(Matter matter, String what) {}

  /** Sends what can be sent within some seconds. */
  @Override
  public void close() {
    MetricsServer answering = server;
    if (answering != null) {
      answering.close();
    }
    telemetry.ifPresent(Telemetry::close);
    Shown now = shown;
    if (now != null) {
      now.rounds().close();
    }
  }
}
