package io.holdfast.cli.command;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A word that only groups commands. */
@Command(synopsisSubcommandLabel = "COMMAND")
public abstract class CommandFamily extends HoldfastCommand {
  private final List<Object> members;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs a command
  CommandFamily(List<Object> members) {
    this.members = members;
  }

  public final List<Object> members() {
    return members;
  }

  @Override
  final ExitStatus run() {
    throw new HoldfastException(
        ExitStatus.USAGE,
        "'"
            + spec.qualifiedName()
            + "' needs one of "
            + String.join(", ", spec.subcommands().keySet()),
        "'" + spec.qualifiedName() + " --help' says what each does.");
  }
}
