package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;

/**
 * How a receiver stands.
 *
 * @param phase for people: "streaming", "connecting", "repository in trouble", "stopped"
 * @param received end of what came
 * @param durable end of what is in the repository
 * @param serverFlushed what the server last said it has
 * @param safeUntil everything committed before this moment of the server's clock is in the
 *     repository
 * @param skips how often it left WAL out that the server no longer had
 * @param trouble the last failure, until it is over
 */
public record ReceiverState(
    String phase,
    int timeline,
    Lsn received,
    Lsn durable,
    Lsn serverFlushed,
    Optional<Instant> safeUntil,
    int skips,
    Optional<String> trouble) {
  /** Bytes the server has and the repository lacks. */
  public long lagBytes() {
    return Math.max(0, serverFlushed.minus(durable));
  }
}
