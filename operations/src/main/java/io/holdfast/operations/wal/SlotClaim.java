package io.holdfast.operations.wal;

import io.holdfast.postgres.ReplicationSession.Slot;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps two repositories from receiving through one replication slot. Each would confirm what only
 * it has, and the server would remove what the other one lacks. Which slots are ours the document
 * "replication-slots" says, {@code {"slots": ["…"]}}: written before a slot is made, so that one
 * that is there without it was made by somebody else.
 */
final class SlotClaim {
  private static final String DOCUMENT = "replication-slots";
  private static final JsonMapper MAPPER = new JsonMapper();

  private SlotClaim() {}

  /**
   * Makes the slot of that name ours, if it is not yet. One that keeps no WAL is taken over: nobody
   * can lose by it. That its WAL is here is no reason to: its owner may lack it.
   *
   * @param there the slot as the server has it
   * @throws HoldfastException (refused) if it may be somebody else's
   */
  static void require(ClusterArchive cluster, String slot, Optional<Slot> there) {
    Set<String> ours = read(cluster);
    if (ours.contains(slot)) {
      return;
    }
    if (there.isPresent() && !isSpent(there.get())) {
      throw foreign(cluster, there.get());
    }
    ours.add(slot);
    write(cluster, ours);
  }

  private static boolean isSpent(Slot slot) {
    return !slot.active() && (slot.lost() || slot.restart().isEmpty());
  }

  private static HoldfastException foreign(ClusterArchive cluster, Slot slot) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not receive WAL of cluster "
            + cluster.name()
            + " through the replication slot "
            + slot.name()
            + ": expected one that this repository made, found one that "
            + (slot.active()
                ? "somebody receives through"
                : "keeps WAL for somebody from " + slot.restart().orElseThrow() + " on"),
        "Two repositories with one slot lose WAL to each other. Does another one receive from this"
            + " server? Then give this one a slot of its own, `wal: { slot: … }`. If nobody needs"
            + " that slot any more: SELECT pg_drop_replication_slot('"
            + slot.name()
            + "');");
  }

  /** A damaged one says nothing; it is written anew. */
  private static Set<String> read(ClusterArchive cluster) {
    Set<String> slots = new TreeSet<>();
    try {
      cluster
          .document(DOCUMENT)
          .ifPresent(text ->
              MAPPER.readTree(text).path("slots").forEach(each -> slots.add(each.asString(""))));
    } catch (JacksonException | RepositoryDamagedException e) {
      return new TreeSet<>();
    }
    return slots;
  }

  private static void write(ClusterArchive cluster, Set<String> slots) {
    ObjectNode json = MAPPER.createObjectNode();
    slots.forEach(json.putArray("slots")::add);
    cluster.putDocument(DOCUMENT, json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
