package io.holdfast.repository;

import java.util.UUID;

/**
 * Which pack: the backup that wrote it, its number there, and its own random id, from which its key
 * is derived; a pack that lies under the right name with another id is not this pack.
 */
public record PackRef(BackupId backup, int number, UUID id) {}
