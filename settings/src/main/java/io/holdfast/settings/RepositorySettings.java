package io.holdfast.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where backups rest.
 *
 * @param key what opens it; present if and only if encryption is required
 */
public record RepositorySettings(Path path, Encryption encryption, Optional<KeySettings> key) {}
