package io.holdfast.settings;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where backups rest.
 *
 * @param sites that hold the same objects; the first one is the primary
 * @param key what opens it; present if and only if encryption is required
 */
public record RepositorySettings(
    List<NamedSite> sites, Encryption encryption, Optional<KeySettings> key) {
  /** What the only site of a repository is called. */
  public static final String ONLY_SITE = "repository";

  public RepositorySettings {
    sites = List.copyOf(sites);
    if (sites.isEmpty()) {
      throw new IllegalArgumentException("a repository has at least one site");
    }
  }

  /** Of one site. */
  public RepositorySettings(SiteSettings site, Encryption encryption, Optional<KeySettings> key) {
    this(List.of(new NamedSite(ONLY_SITE, site, true)), encryption, key);
  }

  /** Where the primary lies. */
  public SiteSettings site() {
    return sites.getFirst().place();
  }

  /**
   * @throws HoldfastException (usage) that names the known ones, if there is none of that name
   */
  public NamedSite site(String name) {
    return sites.stream()
        .filter(site -> site.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "there is no site '" + name + "' in the configuration",
                sites.size() == 1
                    ? "The repository has one site. Several are declared below 'repository.sites'."
                    : "It declares: "
                        + sites.stream().map(NamedSite::name).collect(Collectors.joining(", "))
                        + "."));
  }

  /** For messages: where it lies, never a secret. */
  public String description() {
    return sites.stream()
        .map(site -> site.place().description())
        .collect(Collectors.joining(" and "));
  }
}
