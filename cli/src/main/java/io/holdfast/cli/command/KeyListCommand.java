package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ExitStatus;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "List the key slots; any one of them opens the repository.")
final class KeyListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final SiteOption site = new SiteOption();

  KeyListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenRepository opened = rooms.reading(rooms.settings().repository(), site.from())) {
      Repository repository = opened.repository();
      console.answer(
          new Listed(
              repository.encrypted(), repository.keySlots().map(SlotView::all).orElse(List.of())));
      return ExitStatus.DONE;
    }
  }

  record Listed(boolean encrypted, List<SlotView> slots) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      if (encrypted) {
        page.table(SlotView.table(slots));
      } else {
        page.line("The repository is not encrypted; it has no keys.");
      }
    }
  }
}
