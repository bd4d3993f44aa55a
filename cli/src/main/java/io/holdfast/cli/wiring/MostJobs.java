package io.holdfast.cli.wiring;

import io.holdfast.settings.NamedSite;
import io.holdfast.settings.S3Settings;
import java.util.List;

/**
 * How many workers of a backup the memory of a process has room for. Each fills a part of an upload
 * for each bucket, and stores take no parts below 5 MiB.
 */
final class MostJobs {
  private static final long OTHERS = 45L << 20;
  private static final long WORKER = 5L << 20;
  private static final long PART = 5L << 20;

  private MostJobs() {}

  /**
   * @param memory bytes of heap
   * @return at least 1; without buckets no bound of ours
   */
  static int of(List<NamedSite> sites, long memory) {
    long buckets = sites.stream().filter(site -> site.place() instanceof S3Settings).count();
    if (buckets == 0) {
      return Integer.MAX_VALUE;
    }
    return Math.clamp((memory - OTHERS) / (WORKER + buckets * PART), 1, Integer.MAX_VALUE);
  }
}
