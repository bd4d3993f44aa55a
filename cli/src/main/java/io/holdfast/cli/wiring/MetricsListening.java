package io.holdfast.cli.wiring;

import io.holdfast.metrics.Exposition;
import io.holdfast.metrics.LiveChannels;
import io.holdfast.metrics.LiveProcess;
import io.holdfast.metrics.LiveReceivers;
import io.holdfast.metrics.Looker;
import io.holdfast.metrics.Looking;
import io.holdfast.metrics.MetricsServer;
import io.holdfast.metrics.Round;
import io.holdfast.metrics.ScheduledJob;
import io.holdfast.metrics.Watched;
import io.holdfast.service.ReceiverStanding;
import io.holdfast.service.Service;
import io.holdfast.settings.ServiceSettings;
import io.holdfast.settings.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Metrics of the service and of all that the configuration declares. */
public final class MetricsListening {
  /** Longer than any step takes that goes on. */
  private static final Duration LONG = Duration.ofMinutes(15);

  private MetricsListening() {}

  public static MetricsServer start(
      Rooms rooms,
      Settings settings,
      ServiceSettings.Metrics wanted,
      Service service,
      LiveChannels channels,
      InstantSource clock) {
    LiveReceivers receivers =
        cluster ->
            Optional.ofNullable(service.receivers().get(cluster)).flatMap(ReceiverStanding::state);
    Looker looker = new Looker(Watching.opening(rooms, settings), receivers, clock);
    return MetricsServer.start(
        wanted.listen(),
        new Exposition(
            Build.version(), clock, new LiveProcess(receivers, channels, () -> requests(rooms))),
        new Looks(looker, Watching.clusters(settings), Watching.jobs(settings)),
        wanted.every(),
        () -> Duration.between(service.stepped(), clock.instant()).compareTo(LONG) < 0);
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
}
