package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.wal.WalPush;
import io.holdfast.repository.SealedObjects.Put;
import io.holdfast.vocabulary.ExitStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "push",
    description = "Archive one WAL file; for archive_command.",
    footerHeading = "%n",
    footer = {
      "Exit status 0 means: durable in the repository. A file that is there already with the same",
      "content is success, with another content a failure. To spare PostgreSQL the start of a Java",
      "for each file use:  archive_command = '/path/to/holdfast/bin/holdfast-wal push --config FILE CLUSTER %%p'"
    })
final class WalPushCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      arity = "1..2",
      paramLabel = "[CLUSTER] FILE",
      description = "The file, as PostgreSQL gives it for %%p.",
      hideParamSyntax = true)
  private List<String> words = new ArrayList<>();

  WalPushCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Path file = Path.of(words.getLast());
    Optional<String> cluster = words.size() == 2 ? Optional.of(words.getFirst()) : Optional.empty();
    try (OpenCluster open = rooms.cluster(cluster)) {
      Put put = WalPush.into(open.archive()).push(file);
      console.answer(new Pushed(file.toString(), put == Put.SAME_ALREADY_THERE));
      return ExitStatus.DONE;
    }
  }

  record Pushed(String file, boolean wasThere) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    /** PostgreSQL logs every line: silence is success. */
    @Override
    public void print(Page page) {}
  }
}
