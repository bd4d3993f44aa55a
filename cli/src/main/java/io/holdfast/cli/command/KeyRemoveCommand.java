package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    description = "Remove a key slot.",
    footerHeading = "%n",
    footer = {"Who had that key can no longer open the repository, but may have kept its content."})
final class KeyRemoveCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(paramLabel = "SLOT", description = "Its id, as 'holdfast key list' shows it.")
  private String id = "";

  @Option(names = "--force", description = "Remove it even if it is the one this host uses.")
  private boolean force;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "Remove it on this site alone: one that was away when it was removed.")
  private @Nullable String site;

  KeyRemoveCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DESTROYS;
  }

  @Override
  ExitStatus run() {
    try (OpenRepository opened =
        site == null ? rooms.repository() : rooms.onSite(rooms.settings().repository(), site)) {
      Repository repository = opened.repository();
      KeySlots slots = Rooms.keySlots(repository);
      if (slots.openedBy().id().equals(id) && !force) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not remove slot "
                + id
                + ": it is the one by which this host opens the repository",
            "Configure another key first and prove it with 'holdfast key check', or say --force.");
      }
      slots.remove(id);
      console.answer(new Removed(id));
      return ExitStatus.DONE;
    }
  }

  record Removed(String slot) implements Answer {
    @Override
    public Object json() {
      return Map.of("removed", slot);
    }

    @Override
    public void print(Page page) {
      page.line("removed slot " + slot);
    }
  }
}
