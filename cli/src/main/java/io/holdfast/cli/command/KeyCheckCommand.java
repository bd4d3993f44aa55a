package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ExitStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(name = "check", description = "Prove that the key at hand opens the repository.")
final class KeyCheckCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  KeyCheckCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenRepository opened = rooms.reading(rooms.settings().repository(), ReadFrom.ANYWHERE)) {
      Repository repository = opened.repository();
      Optional<SlotView> slot =
          repository
              .keySlots()
              .map(KeySlots::openedBy)
              .map(s -> SlotView.of(s, repository.keySlots().orElseThrow()));
      console.answer(
          new Checked(
              repository.description(),
              repository.id().toString(),
              repository.encrypted(),
              slot.orElse(null)));
      return ExitStatus.DONE;
    }
  }

  record Checked(String repository, String id, boolean encrypted, @Nullable SlotView openedBy)
      implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          openedBy == null
              ? "No key is needed: " + repository + "."
              : "The key at hand opens the "
                  + repository
                  + " by slot "
                  + openedBy.id()
                  + " ("
                  + openedBy.kind()
                  + ").");
    }
  }
}
