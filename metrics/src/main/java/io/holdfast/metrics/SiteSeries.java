package io.holdfast.metrics;

import java.util.List;

/** What is told of the sites of a cluster. */
final class SiteSeries {
  private final Series series;
  private final String cluster;

  SiteSeries(Series series, String cluster) {
    this.series = series;
    this.cluster = cluster;
  }

  void add(List<SiteFacts> sites) {
    for (SiteFacts site : sites) {
      series.add(Metric.SITE_UP, site.content().isPresent(), cluster, site.site());
      series.add(Metric.SITE_REQUIRED, site.required(), cluster, site.site());
      site.content().ifPresent(content -> add(site.site(), content));
    }
  }

  private void add(String site, SiteFacts.Content content) {
    for (String kind : ClusterSeries.kinds(content.kinds().keySet())) {
      SiteFacts.OfKind has = content.kinds().getOrDefault(kind, SiteFacts.OfKind.NONE);
      series.add(Metric.SITE_BACKUPS, has.backups(), cluster, site, kind);
      has.newestFinished()
          .ifPresent(at -> series.add(Metric.SITE_LAST_FINISHED, at, cluster, site, kind));
    }
    series.add(Metric.SITE_MISSING_BACKUPS, content.missingBackups(), cluster, site);
    series.add(Metric.SITE_MISSING_WAL, content.missingWal(), cluster, site);
    content.walUpTo().ifPresent(at -> series.add(Metric.SITE_TO, at, cluster, site));
    content.behind().ifPresent(lag -> series.add(Metric.SITE_LAG, lag, cluster, site));
    series.add(Metric.SITE_KEYS_MISSING, content.missingKeys(), cluster, site);
    series.add(Metric.SITE_KEYS_SURPLUS, content.surplusKeys(), cluster, site);
  }
}
