package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.Build;
import io.holdfast.vocabulary.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

@Command(
    name = "version",
    description = "Print the version of Holdfast and of the Java it runs on.")
final class VersionCommand extends HoldfastCommand {
  static final String POSTGRESQL = "14 to 18";

  private final Console console;

  VersionCommand(Console console) {
    this.console = console;
  }

  @Override
  ExitStatus run() {
    console.answer(
        new Version(Build.version(), Runtime.version().toString(), System.getProperty("os.arch")));
    return ExitStatus.DONE;
  }

  /** What '--version' prints. */
  static final class Lines implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"holdfast " + Build.version(), "for PostgreSQL " + POSTGRESQL};
    }
  }

  record Version(String holdfast, String java, String architecture) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line("holdfast " + holdfast + " (Java " + java + ", " + architecture + ")");
    }
  }
}
