package io.holdfast.operations.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one of several sites holds, and what it lacks of what another one has.
 *
 * @param complete whether it holds all that any other one holds, and opens with the same keys
 * @param trouble why it cannot be looked at, whereupon nothing else is known; left out if it can
 * @param missingKeys key slots that others have
 * @param surplusKeys key slots that were removed elsewhere and still open this one
 */
public record SiteView(
    String site,
    String place,
    boolean required,
    boolean complete,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String trouble,
    List<OfCluster> clusters,
    List<String> missingKeys,
    List<String> surplusKeys) {
  /**
   * What it has of a cluster.
   *
   * @param retention the site's rules for it, in words; null if nothing is ever removed
   * @param newest left out if it has none
   * @param walUpTo the last transaction that can be replayed from this site alone; left out if none
   * @param missingWal files that another site has
   * @param behindSeconds how much earlier the WAL ends than where there is most; left out if not
   */
  public record OfCluster(
      String cluster,
      int backups,
      int removed,
      @Nullable String retention,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String newest,
      List<String> missingBackups,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant walUpTo,
      long missingWal,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long behindSeconds) {
    static OfCluster of(SiteStatus.OfCluster cluster) {
      return new OfCluster(
          cluster.cluster(),
          cluster.backups(),
          cluster.removed(),
          cluster.keeps().orElse(null),
          cluster.newest().map(BackupId::text).orElse(null),
          cluster.missingBackups().stream().map(BackupId::text).toList(),
          cluster.walUpTo().orElse(null),
          cluster.missingWal(),
          cluster.behind().map(Duration::toSeconds).orElse(null));
    }
  }

  public static SiteView of(SiteStatus site) {
    return new SiteView(
        site.site(),
        site.place(),
        site.required(),
        site.complete(),
        site.trouble().orElse(null),
        site.clusters().stream().map(OfCluster::of).toList(),
        site.missingKeys().stream().sorted().toList(),
        site.surplusKeys().stream().sorted().toList());
  }
}
