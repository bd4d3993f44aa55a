package io.holdfast.operations.restore;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.Progress;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Restores a cluster from its physical backups and its archived WAL. First a plan, which can be
 * printed and refused, then the run. Not thread-safe.
 */
public final class Restore {
  private final ClusterArchive archive;
  private final OpenBackup backup;
  private final RestoreHost host;
  private final InstantSource clock;

  public Restore(ClusterArchive archive, RestoreHost host, InstantSource clock) {
    this.archive = archive;
    this.backup = new OpenBackup(archive);
    this.host = host;
    this.clock = clock;
  }

  /**
   * Chooses backup and timeline, and checks everything that can be checked before anything is
   * touched. Changes nothing, here or in the repository.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if the target cannot be reached,
   *     with what can be; if a place is not fit to restore into; if there is too little space
   */
  public RestorePlan plan(RestoreRequest request, Progress progress) {
    return new Planning(archive, backup, host).plan(request, progress);
  }

  /**
   * The backup from which a target would be restored.
   *
   * @param from empty: the newest that reaches it
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if it cannot be reached
   */
  public BackupId backupFor(RecoveryTarget target, Optional<BackupId> from) {
    return new Planning(archive, backup, host).backupFor(target, from);
  }

  /**
   * Carries out a plan. On return the data directory is whole and durable. After a failure, or when
   * killed, it has no {@code global/pg_control}, so that no server starts from it; the same restore
   * with {@code delta} continues.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (repository) naming file and chunk if the
   *     backup is damaged
   */
  public RestoreResult run(RestorePlan plan, Progress progress) {
    return new Execution(archive, backup, host, clock).run(plan, progress);
  }
}
