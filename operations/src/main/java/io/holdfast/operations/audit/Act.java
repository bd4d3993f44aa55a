package io.holdfast.operations.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that was done with the repository, or was about to be.
 *
 * @param id the same in the record of the intent and in that of the end
 * @param ended empty in the record of an intent
 * @param user of the machine, and in whose name: {@code root (for eve)}
 * @param command its name, such as {@code backups delete}
 * @param line as it was typed, without what may be secret
 * @param cluster empty if it concerns none alone, or whichever there was
 * @param backups that it made, took out or removed, as far as it said so
 * @param status exit status; -1 in the record of an intent
 * @param program that did it
 * @param run id of the scheduled run that it was; "" for none
 */
public record Act(
    String id,
    Instant began,
    Optional<Instant> ended,
    String user,
    String host,
    String command,
    String line,
    Optional<String> cluster,
    List<String> backups,
    int status,
    String program,
    String run) {
  public Act {
    backups = List.copyOf(backups);
  }

  /** The same at its end. */
  public Act ended(Instant at, int exitStatus, List<String> concerned) {
    return new Act(
        id,
        began,
        Optional.of(at),
        user,
        host,
        command,
        line,
        cluster,
        concerned,
        exitStatus,
        program,
        run);
  }
}
