package io.holdfast.repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The top of a manifest: small, read alone, everything but the files. It existing in the repository
 * is what makes the backup exist.
 *
 * @param kind "physical", "logical" or "files"
 * @param parent whose extents this one may name
 * @param packs every pack that holds a byte of this backup, its own and inherited ones
 * @param sections where the files are listed, in path order
 * @param details what the kind adds; this room keeps it unread
 */
public record Manifest(
    BackupId id,
    String cluster,
    String kind,
    Optional<BackupId> parent,
    Instant started,
    Instant finished,
    String writtenBy,
    Totals totals,
    List<PackUse> packs,
    List<Section> sections,
    JsonNode details) {
  /**
   * Figures of the whole backup.
   *
   * @param files entries of kind FILE
   * @param bytes sum of their lengths: what a restore writes
   * @param bytesRead what was read from the source for it
   * @param bytesStored what was written into the repository for it, manifest included
   * @param bytesInherited raw bytes taken over from earlier backups' packs
   */
  public record Totals(
      long files,
      long directories,
      long links,
      long bytes,
      long bytesRead,
      long bytesStored,
      long bytesInherited) {}

  /** A pack that this backup needs, its size, and how many of its stored bytes this backup uses. */
  public record PackUse(PackRef pack, long size, long liveBytes) {}

  /** A chunk that lists files, from the first path to the last one, both included. */
  public record Section(ChunkRef chunk, String firstPath, String lastPath, long files) {}
}
