package io.holdfast.operations.status;

import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.LeaseHolder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a cluster's archive stands.
 *
 * @param encrypted whether what it holds is
 * @param windows oldest first; on other timelines than the newest only what that does not have
 * @param missingAfter WAL behind the newest window for the lack of which later WAL is of no use
 *     until there is a new backup; empty while the window goes as far as WAL does
 * @param backups of any kind that were not removed
 * @param unreadable backups whose manifest is damaged or of a newer format
 * @param lastBackup the newest one that can be read
 * @param lastBackupAge by our clock; empty without a backup
 * @param unrestorable backups that cannot be restored, for WAL or packs that are gone
 * @param walSegments whole ones
 * @param walBytes stored, of all WAL
 * @param leases live ones, by name
 * @param leftovers objects that no backup names; 0 while a backup is unreadable, be it on one site,
 *     for what that names is not known
 * @param leftoverBytes of them
 * @param removed backups that were removed and wait for being deleted, oldest first; in nothing
 *     above are they counted, but as unreadable
 * @param removedBytes what they alone need; 0 while a backup is unreadable
 */
public record ClusterStatus(
    String cluster,
    boolean encrypted,
    List<RecoverableWindow> windows,
    List<WalGap> missingAfter,
    int backups,
    List<BackupId> unreadable,
    Optional<BackupId> lastBackup,
    Optional<Duration> lastBackupAge,
    List<UnrestorableBackup> unrestorable,
    long walSegments,
    long walBytes,
    Map<String, LeaseHolder> leases,
    long leftovers,
    long leftoverBytes,
    Map<BackupId, Removal> removed,
    long removedBytes) {
  public ClusterStatus {
    windows = List.copyOf(windows);
    missingAfter = List.copyOf(missingAfter);
    unreadable = List.copyOf(unreadable);
    unrestorable = List.copyOf(unrestorable);
    leases = Map.copyOf(leases);
    removed = Collections.unmodifiableMap(new LinkedHashMap<>(removed));
  }

  /** First moment that can be restored. */
  public Optional<Instant> from() {
    return windows.stream().map(RecoverableWindow::from).min(Instant::compareTo);
  }

  /** Last moment that can be restored. */
  public Optional<Instant> to() {
    return windows.stream().map(RecoverableWindow::to).max(Instant::compareTo);
  }

  /** The one sentence: "restorable from A to B, except …". Times are UTC. */
  public String sentence() {
    return Sentence.of(this);
  }
}
