package io.holdfast.operations.wal;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What restore_command does: fetches one file, and, for a directory that was made by a restore, the
 * segments after it into its spool. Trouble of the repository is waited out for a while, then
 * thrown; it never looks like a missing file, for there recovery would end. Thread-safe.
 */
public final class WalGet implements AutoCloseable {
  /** How long trouble is waited out: PostgreSQL waits with us, and a site comes back. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WalArchive archive;
  private final Duration patience;
  private final Map<String, Prefetcher> prefetchers = new ConcurrentHashMap<>();

  public WalGet(WalArchive archive, Duration patience) {
    this.archive = archive;
    this.patience = patience;
  }

  /**
   * Writes the file, whole and fsynced, or nothing.
   *
   * @param spool where to look first and to fetch ahead into
   * @return false if the archive was asked and has no such file
   */
  public boolean get(String name, Path destination, Optional<WalSpool> spool)
      throws InterruptedException {
    Optional<Prefetcher> ahead = spool.flatMap(this::prefetcher);
    boolean there =
        (ahead.isPresent() && ahead.get().take(name, destination)) || fetch(name, destination);
    if (there) {
      ahead.ifPresent(a -> a.follow(name));
    }
    return there;
  }

  /** Fetches what follows a file that was taken from the spool without asking us. */
  public void follow(String name, WalSpool spool) {
    prefetcher(spool).ifPresent(ahead -> ahead.follow(name));
  }

  private boolean fetch(String name, Path destination) throws InterruptedException {
    BackOff backOff = new BackOff();
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return archive.fetch(name, destination).isPresent();
      } catch (RepositoryDamagedException e) {
        throw e;
      } catch (HoldfastException e) {
        Duration wait = backOff.next();
        if (e.status() != ExitStatus.REPOSITORY_FAILED
            || System.nanoTime() + wait.toNanos() > end) {
          throw e;
        }
        Thread.sleep(wait);
      }
    }
  }

  private Optional<Prefetcher> prefetcher(WalSpool spool) {
    return spool.systemIdentifier() != archive.systemIdentifier()
        ? Optional.empty()
        : Optional.of(
            prefetchers.computeIfAbsent(spool.id(), id -> new Prefetcher(archive, spool)));
  }

  @Override
  public void close() {
    prefetchers.values().forEach(Prefetcher::close);
  }
}
