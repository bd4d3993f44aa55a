package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import java.util.List;

/** Every command there is, in the order in which a newcomer needs them. */
public final class Commands {
  private Commands() {}

  public static List<CommandGroup> all(Console console) {
    return List.of(
        new CommandGroup(
            "This program", List.of(new CompletionCommand(console), new VersionCommand(console))));
  }
}
