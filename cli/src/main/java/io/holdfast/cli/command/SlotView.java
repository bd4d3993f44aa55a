package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.repository.KeySlot;
import io.holdfast.repository.KeySlots;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documented JSON of a key slot.
 *
 * @param opensHere whether it is the one by which this host opened the repository
 */
record SlotView(
    String id,
    String kind,
    String label,
    Instant created,
    @Nullable String publicKey,
    boolean opensHere) {
  static SlotView of(KeySlot slot, KeySlots all) {
    return new SlotView(
        slot.id(),
        slot.kind(),
        slot.label(),
        slot.created(),
        slot.publicKey().isEmpty() ? null : slot.publicKey(),
        slot.id().equals(all.openedBy().id()));
  }

  static List<SlotView> all(KeySlots slots) {
    return slots.list().stream().map(slot -> of(slot, slots)).toList();
  }

  static Table table(List<SlotView> slots) {
    Table table =
        new Table()
            .left("SLOT")
            .left("KIND")
            .left("LABEL")
            .left("CREATED")
            .left("PUBLIC KEY")
            .left("");
    for (SlotView slot : slots) {
      table.row(
          slot.id(),
          slot.kind(),
          slot.label(),
          Times.local(slot.created()),
          slot.publicKey() == null ? "" : slot.publicKey(),
          slot.opensHere() ? "opens it here" : "");
    }
    return table;
  }
}
