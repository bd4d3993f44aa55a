package io.holdfast.settings;

import java.util.Optional;

/**
 * One of the places where the repository lies, under a name for people.
 *
 * @param required whether a backup or WAL fails where this site fails; the first one always is
 * @param retention what is kept there; empty: what is said for the cluster
 * @param limit of what passes to and from it; empty: none
 */
public record NamedSite(
    String name,
    SiteSettings place,
    boolean required,
    Optional<RetentionSettings> retention,
    Optional<LimitSettings> limit) {
  /** With the rules of each cluster, and no limit. */
  public NamedSite(String name, SiteSettings place, boolean required) {
    this(name, place, required, Optional.empty(), Optional.empty());
  }

  /** Where it fails, everything does. */
  public NamedSite asPrimary() {
    return new NamedSite(name, place, true, retention, limit);
  }
}
