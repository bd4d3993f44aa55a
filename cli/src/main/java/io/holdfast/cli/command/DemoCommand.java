package io.holdfast.cli.command;

import io.holdfast.cli.demo.DemoOptions;
import io.holdfast.cli.demo.DemoReport;
import io.holdfast.cli.demo.DemoRun;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Installation;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Show the whole promise on a PostgreSQL of its own: back up, drop a table, get it back.",
      "Exits with 0 only if every row is back. Works in a temporary directory, which it removes;"
          + " the unpacked PostgreSQL stays in the cache for the next time."
    })
final class DemoCommand extends HoldfastCommand {
  private final Console console;

  @Option(
      names = "--data-size",
      paramLabel = "SIZE",
      defaultValue = "10MB",
      description = "About how much data the shop has (default: ${DEFAULT-VALUE}).")
  private ByteSize dataSize = new ByteSize(10 << 20);

  @Option(
      names = "--keep",
      description = "Leave everything running at the end and print how to look around.")
  private boolean keep;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  ExitStatus run() {
    DemoOptions options =
        new DemoOptions(
            dataSize.bytes(),
            keep,
            List.of(Installation.folder().resolve("demo")),
            Installation.folder(),
            Installation.started());
    DemoReport report = new DemoRun(options, console).run();
    console.answer(report);
    return report.whole() ? ExitStatus.DONE : ExitStatus.NO;
  }
}
