package io.holdfast.operations.proof;

import io.holdfast.operations.restore.RecoveryTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How a backup is to be proven.
 *
 * @param level how far up
 * @param target of a physical copy
 * @param anyMoment chooses a moment after the backup in place of the target, between two
 *     transactions, if there are any
 * @param scratch where the copy is made: a directory with room for it
 * @param budget how long restoring may take
 * @param assertions about the data
 * @param hook a command that is run with the copy up, words as they are; empty for none
 * @param hookPatience how long it may take
 * @param keep leave the copy running, for somebody to look into
 * @param site which alone is read; "" for whichever
 * @param drill has the runbook's commands do the restore; empty: this process does it
 * @param plan for the record; "" for none
 * @param programs where PostgreSQL's own programs are looked for first
 * @param jobs threads, and sessions that check
 * @param program name and version of this one, for the record
 * @param host for the record
 */
public record ProofRequest(
    Rung level,
    RecoveryTarget target,
    Optional<RandomGenerator> anyMoment,
    Path scratch,
    Optional<Duration> budget,
    List<Assertion> assertions,
    List<String> hook,
    Duration hookPatience,
    boolean keep,
    String site,
    Optional<Drill> drill,
    String plan,
    List<Path> programs,
    int jobs,
    String program,
    String host) {
  public ProofRequest {
    scratch = scratch.toAbsolutePath().normalize();
    assertions = List.copyOf(assertions);
    hook = List.copyOf(hook);
    programs = List.copyOf(programs);
  }
}
