package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.NewFile;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.Runbooks;
import io.holdfast.operations.runbook.Runbook;
import io.holdfast.vocabulary.ExitStatus;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "runbook",
    description = {
      "Print what to do in an emergency: a page in Markdown with this cluster's own names, sites,"
          + " sizes, measured times and commands.",
      "'prove --drill' carries its commands out."
    },
    footerHeading = "%n",
    footer = {
      "With --publish it lies beside the backups, in clear, readable when everything else is down;",
      "every proof writes it anew from then on. It tells names of databases and places, no secrets."
    })
final class RunbookCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Option(
      names = "--publish",
      description = "Put it beside the backups, on all sites: runbook/CLUSTER.md.")
  private boolean publish;

  @Option(names = "--output", paramLabel = "FILE", description = "Write it to a new file instead.")
  private @Nullable Path output;

  RunbookCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return publish ? Deed.DONE : Deed.NONE;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open =
        publish
            ? rooms.cluster(cluster.name())
            : rooms.readingCluster(cluster.name(), ReadFrom.ANYWHERE)) {
      open.opened().settle();
      Runbooks runbooks = new Runbooks(open, console.clock(), console::warn);
      Runbook book = runbooks.now();
      if (publish) {
        runbooks.publish(book);
        console.note("runbook/" + open.name() + ".md lies beside the backups now");
      }
      if (output != null) {
        NewFile.create(output, book.page());
        console.note("written to " + output);
      }
      if (output == null && !publish) {
        console.answer(new Printed(book));
      }
      return ExitStatus.DONE;
    }
  }

  private record Printed(Runbook book) implements Answer {
    @Override
    public Object json() {
      return Map.of("cluster", book.cluster(), "page", book.page());
    }

    @Override
    public void print(Page page) {
      book.page().lines().forEach(page::line);
    }
  }
}
