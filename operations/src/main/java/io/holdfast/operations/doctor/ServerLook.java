package io.holdfast.operations.doctor;

import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerSession.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of a server.
 *
 * @param standby whether it is in recovery
 * @param clockAhead how far its clock is ahead of ours, beyond what the question took
 * @param tablespaces names of those outside of the data directory
 * @param missing what stands in the way of backing it up
 */
public record ServerLook(
    String cluster,
    ServerFacts facts,
    boolean standby,
    ServerHealth health,
    Duration clockAhead,
    List<String> tablespaces,
    List<Requirement> missing,
    Wanted wanted) {
  public ServerLook {
    tablespaces = List.copyOf(tablespaces);
    missing = List.copyOf(missing);
  }

  /**
   * What is asked of it.
   *
   * @param receives whether its WAL is to be received
   * @param slot our replication slot; "" for none
   * @param dumps whether its databases are dumped
   * @param config the file that says so
   */
  public record Wanted(boolean receives, String slot, boolean dumps, String config) {}

  /** For people. */
  String subject() {
    return "server of " + cluster;
  }

  Optional<ServerHealth.Slot> ourSlot() {
    return health.slots().stream().filter(slot -> slot.name().equals(wanted.slot())).findFirst();
  }
}
