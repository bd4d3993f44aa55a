package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.KeySlot;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "add",
    description = "Add a key slot. Nothing is encrypted again.",
    footerHeading = "%n",
    footer = "To change a passphrase: add the new one, then remove the old one's slot.")
final class KeyAddCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private final NewKey key = new NewKey();

  @Option(names = "--label", paramLabel = "TEXT", description = "What to call it.")
  private String label = "";

  KeyAddCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  /** Where the new key comes from: one of these. */
  static final class NewKey {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private @Nullable PassphraseSource passphrase;

    @Option(
        names = "--recipient",
        paramLabel = "KEY",
        description = "A public key, as 'holdfast key generate' prints it.")
    private @Nullable String recipient;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    try (OpenRepository opened = rooms.repository()) {
      Repository repository = opened.repository();
      KeySlots slots = Rooms.keySlots(repository);
      console.answer(new Added(SlotView.of(add(slots), slots)));
      return ExitStatus.DONE;
    }
  }

  private KeySlot add(KeySlots slots) {
    if (key.recipient != null) {
      return slots.addRecipient(key.recipient, label);
    }
    PassphraseSource source = java.util.Objects.requireNonNull(key.passphrase);
    try (Secret passphrase = source.read()) {
      return slots.addPassphrase(passphrase, label);
    }
  }

  record Added(SlotView slot) implements Answer {
    @Override
    public Object json() {
      return slot;
    }

    @Override
    public void print(Page page) {
      page.line("added slot " + slot.id() + " (" + slot.kind() + ")");
    }
  }
}
