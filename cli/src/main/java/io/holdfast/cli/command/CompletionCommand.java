package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.vocabulary.ExitStatus;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    footerHeading = "%nTo use it now and in every new shell:%n",
    footer = {
      "  source <(holdfast completion)",
      "  holdfast completion > /etc/bash_completion.d/holdfast"
    })
final class CompletionCommand extends HoldfastCommand {
  private final Console console;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  ExitStatus run() {
    CommandLine root = spec.root().commandLine();
    console.answer(new Script(AutoComplete.bash("holdfast", root)));
    return ExitStatus.DONE;
  }

  record Script(String script) implements Answer {
    @Override
    public Object json() {
      return Map.of("script", script);
    }

    @Override
    public void print(Page page) {
      page.line(script);
    }
  }
}
