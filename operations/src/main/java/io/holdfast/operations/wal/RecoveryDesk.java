package io.holdfast.operations.wal;

import io.holdfast.vocabulary.Progress;
import java.util.Optional;

/**
 * A desk for the recovery of one restored data directory. Open means announced: whatever a server
 * that starts now asks for is served, by this process or by another that does so already. Closing
 * tidies the spool.
 */
public final class RecoveryDesk implements AutoCloseable {
  private final SpoolLock lock;
  private final Optional<WalDesk> desk;
  private final WalSpool spool;

  private RecoveryDesk(SpoolLock lock, Optional<WalDesk> desk, WalSpool spool) {
    this.lock = lock;
    this.desk = desk;
    this.spool = spool;
  }

  /**
   * @throws io.holdfast.vocabulary.HoldfastException if no desk can be opened here
   */
  public static RecoveryDesk open(WalArchive archive, WalSpool spool, Progress progress) {
    SpoolLock lock = SpoolLock.of(spool);
    try {
      Optional<WalDesk> desk =
          lock.isOurs()
              ? Optional.of(WalDesk.open(archive, spool.deskFile(), progress))
              : Optional.empty();
      return new RecoveryDesk(lock, desk, spool);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Empty where another process serves. */
  Optional<WalDesk> desk() {
    return desk;
  }

  @Override
  public void close() {
    try (lock) {
      desk.ifPresent(mine -> {
        try {
          mine.close();
        } finally {
          spool.tidy();
        }
      });
    }
  }
}
