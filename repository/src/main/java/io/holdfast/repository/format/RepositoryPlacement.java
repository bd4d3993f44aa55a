package io.holdfast.repository.format;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Placement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which objects of a repository lie on all of its sites; see {@link ClusterLayout} for the names.
 */
public final class RepositoryPlacement implements Placement {
  private static final Pattern PART = Pattern.compile(".+\\.part/[^/]+");
  private static final Pattern OF_CLUSTER = Pattern.compile("clusters/[^/]+/([^/]+)/.+");

  @Override
  public Place of(ObjectKey key) {
    String text = key.text();
    if (key.equals(DescriptionFormat.KEY) || text.startsWith("runbook/")) {
      return Place.DOCUMENT;
    }
    if (text.startsWith("leases/") || text.startsWith("site/")) {
      return Place.PRIMARY;
    }
    Matcher cluster = OF_CLUSTER.matcher(text);
    return cluster.matches() ? below(cluster.group(1), key.name()) : Place.EVERYWHERE;
  }

  private static Place below(String area, String name) {
    return switch (area) {
      // Notes say which backups a site gives up, and each site has its own.
      case "leases", "site", "notes" -> Place.PRIMARY;
      // When a site was pruned concerns that one alone.
      case "documents" -> name.equals("prune") ? Place.PRIMARY : Place.DOCUMENT;
      case "backups" -> Place.WHEN_COMPLETE;
      default -> Place.EVERYWHERE;
    };
  }

  /**
   * Packs and manifests go where a backup is given up; parts of WAL where the whole segment has
   * come; summaries at any time; key slots so that nobody gets in any more. Whole WAL stays: the
   * backups of another site may need it.
   */
  @Override
  public boolean isTakenBackEverywhere(ObjectKey key) {
    String text = key.text();
    Matcher cluster = OF_CLUSTER.matcher(text);
    if (!cluster.matches()) {
      return text.startsWith("keys/") || RepositoryLayout.isOfSchedules(text);
    }
    return switch (cluster.group(1)) {
      case "packs", "backups", "changes", "documents" -> true;
      case "wal" -> PART.matcher(text).matches();
      default -> false;
    };
  }

  /**
   * What restores need, and whoever opens the repository. Not change summaries, which are derived,
   * not parts of WAL, which give way to whole segments within minutes, and not what ran when.
   */
  @Override
  public boolean isProtected(ObjectKey key) {
    if (RepositoryLayout.isOfSchedules(key.text())
        || of(key) == Place.PRIMARY
        || PART.matcher(key.text()).matches()) {
      return false;
    }
    Matcher cluster = OF_CLUSTER.matcher(key.text());
    return !cluster.matches() || !cluster.group(1).equals("changes");
  }

  @Override
  public Optional<ObjectKey> identityKey() {
    return Optional.of(DescriptionFormat.KEY);
  }

  @Override
  public String identity(byte[] content) {
    return DescriptionFormat.decode(content).repository().toString();
  }
}
