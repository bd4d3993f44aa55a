package io.holdfast.postgres.directory;

import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.PostgresException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Reads pg_control while a server may be writing it: neither side locks, so a torn read is possible
 * and looks like a wrong checksum. The same wrong bytes twice are no torn read.
 */
public final class ControlFileReader {
  private static final int TRIES = 20;
  private static final long PAUSE_NANOS = 5_000_000;

  private final Supplier<byte[]> source;

  public ControlFileReader(Supplier<byte[]> source) {
    this.source = source;
  }

  /**
   * @throws PostgresException as {@link ControlFile#parse}
   */
  public byte[] read() {
    byte[] content = source.get();
    for (int i = 1; i < TRIES && !ControlFileFormat.checksumFits(content); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      byte[] again = source.get();
      boolean settled = Arrays.equals(content, again);
      content = again;
      if (settled) {
        break;
      }
    }
    ControlFile.parse(content);
    return content;
  }
}
