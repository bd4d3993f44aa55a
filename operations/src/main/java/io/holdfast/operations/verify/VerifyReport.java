package io.holdfast.operations.verify;

import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What was verified, and what came out.
 *
 * @param notes worth knowing and no fault: leftovers, gaps between backups
 */
public record VerifyReport(
    String cluster,
    VerifyRequest request,
    List<BackupVerdict> backups,
    List<Fault> faults,
    List<String> notes,
    Figures figures,
    Duration took) {
  /** How a backup fared. */
  public enum Verdict {
    /** Nothing wrong was found by what {@link BackupVerdict#claim} says was run. */
    HOLDS,
    FAULTY,
    /** Something could not be asked or read: nobody knows. */
    UNVERIFIED
  }

  /**
   * @param claim what is established if it holds: "stored", "intact", "intact in a sample of 10%"
   * @param why it could not be verified
   */
  public record BackupVerdict(BackupId id, Verdict verdict, String claim, Optional<String> why) {}

  /** What was done for it. */
  public record Figures(
      long packsLookedAt,
      long chunksRead,
      long bytesRead,
      long pagesChecked,
      long pagesExcused,
      long walFilesRead) {
    static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0);
  }

  public VerifyReport {
    backups = List.copyOf(backups);
    faults = List.copyOf(faults);
    notes = List.copyOf(notes);
  }

  /** Where none of what is wanted is. */
  public static VerifyReport ofNothing(String cluster, VerifyRequest request) {
    return new VerifyReport(
        cluster, request, List.of(), List.of(), List.of(), Figures.NONE, Duration.ZERO);
  }

  /**
   * No if there is a fault; unverified if something could not be verified, or nothing was there to
   * be; else done.
   */
  public ExitStatus status() {
    if (!faults.isEmpty() || backups.stream().anyMatch(b -> b.verdict() == Verdict.FAULTY)) {
      return ExitStatus.NO;
    }
    boolean nothing = backups.isEmpty() && figures.walFilesRead() == 0;
    return nothing || backups.stream().anyMatch(b -> b.verdict() == Verdict.UNVERIFIED)
        ? ExitStatus.UNVERIFIED
        : ExitStatus.DONE;
  }
}
