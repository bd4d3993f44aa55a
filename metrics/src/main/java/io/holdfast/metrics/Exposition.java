package io.holdfast.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Tells what looks have seen, in a text that Prometheus reads. Asks nobody: a scrape costs no
 * request. Ages are as of the scrape, not of the look. Thread-safe.
 */
public final class Exposition {
  private final String version;
  private final InstantSource clock;
  private final LiveProcess live;
  private final ExpositionFormats formats = ExpositionFormats.init();

  /**
   * @param version of the program
   * @param live asked with each scrape
   */
  public Exposition(String version, InstantSource clock, LiveProcess live) {
    this.version = version;
    this.clock = clock;
    this.live = live;
  }

  /**
   * @param accept what the asker said it takes; the classic text if nothing
   */
  public String contentType(Optional<String> accept) {
    return writer(accept).getContentType();
  }

  /**
   * Writes what is known as it is now; leaves the stream open.
   *
   * @param round the last one
   * @param accept as for {@link #contentType}
   */
  public void write(Round round, Optional<String> accept, OutputStream out) throws IOException {
    writer(accept).write(out, series(round).snapshots());
  }

  /** The same, one by one. */
  public List<Sample> samples(Round round) {
    return series(round).samples();
  }

  private ExpositionFormatWriter writer(Optional<String> accept) {
    return accept.map(formats::findWriter).orElseGet(formats::getPrometheusTextFormatWriter);
  }

  private Series series(Round round) {
    Instant now = clock.instant();
    Series series = new Series();
    series.add(Metric.BUILD, 1, version);
    series.add(Metric.EXPOSED, now);
    live.requests().get().forEach((kind, count) -> series.add(Metric.REQUESTS, count, kind));
    live.channels().all().forEach(standing -> channel(series, standing));
    new JobSeries(series, now).add(round.jobs());
    round
        .clusters()
        .forEach(look ->
            new ClusterSeries(series, look, live.receivers().of(look.cluster()), now).add());
    return series;
  }

  private static void channel(Series series, LiveChannels.Standing standing) {
    String channel = standing.channel();
    series.add(Metric.NOTIFY_WAITING, standing.waiting(), channel);
    standing.failingSince().ifPresent(at -> series.add(Metric.NOTIFY_FAILING, at, channel));
    series.add(Metric.NOTIFY_LOST, standing.lost(), channel);
    series.add(Metric.NOTIFY_DELIVERED, standing.delivered(), channel);
  }
}
