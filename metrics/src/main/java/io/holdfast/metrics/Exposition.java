package io.holdfast.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells what looks have seen, in a text that Prometheus reads. Asks nobody: a scrape costs no
 * request. Ages are as of the scrape, not of the look. Thread-safe.
 */
public final class Exposition {
  private final String version;
  private final InstantSource clock;
  private final LiveReceivers receivers;
  private final Supplier<Map<String, Long>> requests;
  private final ExpositionFormats formats = ExpositionFormats.init();

  /**
   * @param version of the program
   * @param requests that this process has made of buckets until now, by kind
   */
  public Exposition(
      String version,
      InstantSource clock,
      LiveReceivers receivers,
      Supplier<Map<String, Long>> requests) {
    this.version = version;
    this.clock = clock;
    this.receivers = receivers;
    this.requests = requests;
  }

  /**
   * @param accept what the asker said it takes; the classic text if nothing
   */
  public String contentType(Optional<String> accept) {
    return writer(accept).getContentType();
  }

  /**
   * Writes what is known of clusters as it is now; leaves the stream open.
   *
   * @param looks the last one at each cluster
   * @param accept as for {@link #contentType}
   */
  public void write(List<ClusterLook> looks, Optional<String> accept, OutputStream out)
      throws IOException {
    writer(accept).write(out, snapshots(looks));
  }

  private ExpositionFormatWriter writer(Optional<String> accept) {
    return accept.map(formats::findWriter).orElseGet(formats::getPrometheusTextFormatWriter);
  }

  private MetricSnapshots snapshots(List<ClusterLook> looks) {
    Instant now = clock.instant();
    Series series = new Series();
    series.add(Metric.BUILD, 1, version);
    series.add(Metric.EXPOSED, now);
    requests.get().forEach((kind, count) -> series.add(Metric.REQUESTS, count, kind));
    looks.forEach(look -> new ClusterSeries(series, look, receivers.of(look.cluster()), now).add());
    return series.snapshots();
  }
}
