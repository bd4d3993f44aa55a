package io.holdfast.operations.verify;

import io.holdfast.repository.BackupId;
import java.util.List;

/**
 * What to verify.
 *
 * @param rung how far up the ladder to go; each includes those below
 * @param share of the data chunks that {@link Rung#INTACT} reads: more than 0, at most 1
 * @param seed chooses which ones if not all; the same seed chooses the same ones again
 * @param walArchive also read back the whole WAL archive, not only what backups need of it
 * @param backups these; empty for all
 * @param jobs reading threads
 */
public record VerifyRequest(
    Rung rung, double share, long seed, boolean walArchive, List<BackupId> backups, int jobs) {
  /** What is established about a backup. */
  public enum Rung {
    STORED,
    INTACT
  }

  public VerifyRequest {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is more than 0 and at most 1, not " + share);
    }
    if (jobs < 1 || jobs > 64) {
      throw new IllegalArgumentException("jobs must be 1 to 64, not " + jobs);
    }
    backups = List.copyOf(backups);
  }

  /** Whether the objects of all backups are there. */
  public static VerifyRequest stored() {
    return new VerifyRequest(Rung.STORED, 1, 0, false, List.of(), 2);
  }

  /** Reads everything back. */
  public static VerifyRequest intact() {
    return new VerifyRequest(Rung.INTACT, 1, 0, false, List.of(), 2);
  }

  /** Reads that share of the chunks back. */
  public static VerifyRequest sample(double share, long seed) {
    return new VerifyRequest(Rung.INTACT, share, seed, false, List.of(), 2);
  }

  public VerifyRequest only(List<BackupId> ids) {
    return new VerifyRequest(rung, share, seed, walArchive, ids, jobs);
  }

  public VerifyRequest withWalArchive() {
    return new VerifyRequest(rung, share, seed, true, backups, jobs);
  }

  public VerifyRequest withJobs(int count) {
    return new VerifyRequest(rung, share, seed, walArchive, backups, count);
  }
}
