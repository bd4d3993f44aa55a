package io.holdfast.operations.proof;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A rehearsal: the restore is not done by us but by the commands of the runbook, as processes of
 * their own that know nothing but what a person would bring to a new machine.
 *
 * @param disaster for the record
 * @param program the words by which Holdfast is called, with the configuration of the kit
 * @param environment all that the processes have
 * @param commands of the runbook, words after the program's name, given values of its variables:
 *     TIME, the moment to go back to as the command line has it, or "latest"; SERVER, how to
 *     connect to the server that a dump goes into
 * @param stale what of the runbook that lies beside the backups is not right any more
 */
public record Drill(
    String disaster,
    List<String> program,
    Map<String, String> environment,
    Function<Map<String, String>, List<List<String>>> commands,
    Optional<String> stale) {
  public Drill {
    program = List.copyOf(program);
    environment = Map.copyOf(environment);
  }
}
