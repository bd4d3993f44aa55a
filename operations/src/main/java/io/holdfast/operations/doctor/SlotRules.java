package io.holdfast.operations.doctor;

import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerHealth.Slot;
import io.holdfast.vocabulary.ByteSize;
import java.util.ArrayList;
import java.util.List;

/** Whether replication slots keep what they are to keep, and not more than the disk can hold. */
final class SlotRules {
  /** So much lies there between two looks of a receiver that is well, and more does not. */
  private static final long MUCH = 1L << 30;

  private static final long MEGABYTE = 1L << 20;
  private static final String UNLIMITED = "-1";

  private SlotRules() {}

  static List<Finding> of(ServerLook look) {
    List<Finding> found = new ArrayList<>();
    look.ourSlot().ifPresent(slot -> ours(look, slot, found));
    look.health().slots().stream()
        .filter(slot -> !slot.name().equals(look.wanted().slot()))
        .filter(slot -> !slot.active() && kept(slot) >= MUCH)
        .forEach(slot ->
            found.add(
                Finding.of(
                    DoctorCode.SLOT_FOREIGN,
                    look.subject(),
                    "nobody reads the replication slot "
                        + slot.name()
                        + ", for which the server keeps "
                        + ByteSize.format(kept(slot))
                        + " of WAL",
                    "If nobody needs it any more: " + drop(slot))));
    limit(look, found);
    return found;
  }

  private static void ours(ServerLook look, Slot slot, List<Finding> found) {
    if (slot.walStatus().equals("unreserved")) {
      found.add(
          Finding.of(
              DoctorCode.SLOT_UNRESERVED,
              look.subject(),
              "the replication slot "
                  + slot.name()
                  + " keeps more WAL than max_slot_wal_keep_size allows, and loses it at the next"
                  + " checkpoint",
              "holdfast wal receive " + look.cluster() + "   # at once"));
    } else if (!slot.active() && kept(slot) >= MUCH) {
      found.add(
          Finding.of(
              DoctorCode.SLOT_GROWING,
              look.subject(),
              "nobody reads our replication slot "
                  + slot.name()
                  + ", for which the server keeps "
                  + ByteSize.format(kept(slot))
                  + " of WAL",
              "holdfast wal receive "
                  + look.cluster()
                  + "\nor, if WAL is not to be received any more: "
                  + drop(slot)));
    }
  }

  private static void limit(ServerLook look, List<Finding> found) {
    ServerHealth health = look.health();
    String limit = health.setting("max_slot_wal_keep_size");
    if (limit.isEmpty() || (!look.wanted().receives() && look.ourSlot().isEmpty())) {
      return;
    }
    String fix =
        "ALTER SYSTEM SET max_slot_wal_keep_size = '20GB'; SELECT pg_reload_conf();  -- less than"
            + " what is free where pg_wal lies";
    if (limit.equals(UNLIMITED)) {
      found.add(
          Finding.of(
              DoctorCode.SLOT_UNLIMITED,
              look.subject(),
              "max_slot_wal_keep_size is -1: while nothing receives, WAL is kept until the disk is"
                  + " full",
              fix));
    } else if (Long.parseLong(limit) * MEGABYTE < MUCH) {
      found.add(
          Finding.of(
              DoctorCode.SLOT_LIMIT_SMALL,
              look.subject(),
              "max_slot_wal_keep_size is "
                  + limit
                  + " MB: a short interruption of the receiver loses WAL",
              fix));
    }
  }

  private static long kept(Slot slot) {
    return slot.kept().orElse(0);
  }

  private static String drop(Slot slot) {
    return "SELECT pg_drop_replication_slot('" + slot.name().replace("'", "''") + "');";
  }
}
