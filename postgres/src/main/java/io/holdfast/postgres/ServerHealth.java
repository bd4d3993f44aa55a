package io.holdfast.postgres;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What should be known of a server whose WAL and databases are to be kept.
 *
 * @param settings those that matter, as pg_settings has them, without units; one that the server
 *     does not know is not among them
 * @param pooled whether something that pools connections stands between it and us
 * @param archiver empty if the role may not see it
 */
public record ServerHealth(
    Map<String, String> settings,
    Role role,
    Connected database,
    List<Slot> slots,
    Optional<Archiver> archiver,
    boolean pooled) {
  public ServerHealth {
    settings = Map.copyOf(settings);
    slots = List.copyOf(slots);
  }

  public String setting(String name) {
    return settings.getOrDefault(name, "");
  }

  /**
   * Who we are there.
   *
   * @param name quoted where SQL needs it
   * @param readsAll all tables, as pg_read_all_data
   */
  public record Role(
      String name, boolean superuser, boolean bypassesRowSecurity, boolean readsAll) {}

  /**
   * The database that the connection is to.
   *
   * @param rowSecured tables whose rows are not everybody's
   * @param unlogged tables that are empty after a restore from a physical backup
   */
  public record Connected(String name, long rowSecured, long unlogged) {}

  /**
   * A replication slot.
   *
   * @param walStatus "" if it keeps none: as pg_replication_slots has it
   * @param kept WAL that is there for it, bytes
   */
  public record Slot(
      String name, boolean logical, boolean active, String walStatus, OptionalLong kept) {}

  /**
   * How archive_command and its kin did, since statistics were reset.
   *
   * @param failed how often
   * @param lastFailedFile "" if none did
   */
  public record Archiver(
      Optional<Instant> lastArchived,
      Optional<Instant> lastFailed,
      String lastFailedFile,
      long failed) {
    /** Whether what was tried last did not go well. */
    public boolean failing() {
      return lastFailed.isPresent()
          && (lastArchived.isEmpty() || lastFailed.get().isAfter(lastArchived.get()));
    }
  }
}
