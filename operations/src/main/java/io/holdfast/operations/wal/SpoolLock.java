package io.holdfast.operations.wal;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that one process serves one recovery: {@code holdfast-wal} starts one whenever it
 * finds none, and the server asks again before that one is up. Ends with the process.
 */
final class SpoolLock implements AutoCloseable {
  private final FileChannel channel;
  private final @Nullable FileLock lock;

  private SpoolLock(FileChannel channel, @Nullable FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes the lock if nobody has it. */
  static SpoolLock of(WalSpool spool) {
    Path file = spool.markerFile();
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      return new SpoolLock(channel, tryLock(channel));
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED,
          "could not lock " + file + ": " + FileTrouble.reason(e),
          "Recovery goes on without it, more slowly.",
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // By another thread of this process.
      return null;
    }
  }

  boolean isOurs() {
    return lock != null;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
      return;
    }
  }
}
