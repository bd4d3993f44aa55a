package io.holdfast.postgres;

/**
 * Values that a server ran with and below which a copy of it in recovery must not be set if it is
 * to take sessions: recovery stops there and waits for somebody (xlogrecovery.c,
 * RecoveryRequiresIntParameter).
 *
 * @param connections max_connections
 * @param workerProcesses max_worker_processes
 * @param walSenders max_wal_senders
 * @param preparedTransactions max_prepared_transactions
 * @param locksPerTransaction max_locks_per_transaction
 */
public record RecoveryMinimums(
    int connections,
    int workerProcesses,
    int walSenders,
    int preparedTransactions,
    int locksPerTransaction) {
  /** What suits both. */
  public RecoveryMinimums and(RecoveryMinimums other) {
    return new RecoveryMinimums(
        Math.max(connections, other.connections),
        Math.max(workerProcesses, other.workerProcesses),
        Math.max(walSenders, other.walSenders),
        Math.max(preparedTransactions, other.preparedTransactions),
        Math.max(locksPerTransaction, other.locksPerTransaction));
  }
}
