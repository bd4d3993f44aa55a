package io.holdfast.settings;

import java.util.Optional;

/**
 * Where backups rest.
 *
 * @param key what opens it; present if and only if encryption is required
 */
public record RepositorySettings(
    SiteSettings site, Encryption encryption, Optional<KeySettings> key) {
  /** For messages: where it lies, never a secret. */
  public String description() {
    return site.description();
  }
}
