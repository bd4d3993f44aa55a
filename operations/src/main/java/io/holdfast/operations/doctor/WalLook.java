package io.holdfast.operations.doctor;

import io.holdfast.postgres.ServerHealth;
import io.holdfast.repository.LeaseHolder;
import java.util.Optional;

/**
 * How the WAL of a cluster comes into the repository.
 *
 * @param receives whether it is to be received
 * @param receiver who does
 * @param server empty if it could not be asked
 */
public record WalLook(
    String cluster,
    boolean receives,
    Optional<LeaseHolder> receiver,
    Optional<ServerHealth> server) {
  String subject() {
    return "WAL of " + cluster;
  }
}
