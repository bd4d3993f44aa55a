package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A segment on its way into the repository: a scratch file of this process. It is never fsynced,
 * for nothing relies on it: what is not in the repository, the server still has. Written by one
 * thread, read by another up to {@link #written}.
 */
final class SpoolSegment implements AutoCloseable {
  static final String SUFFIX = ".spool";

  private final WalSegment segment;
  private final boolean resumed;
  private final Path file;
  private final FileChannel channel;
  private volatile long written;

  private SpoolSegment(WalSegment segment, boolean resumed, Path file, FileChannel channel) {
    this.segment = segment;
    this.resumed = resumed;
    this.file = file;
    this.channel = channel;
  }

  /**
   * @param resumed whether the repository may hold parts of it from before
   */
  static SpoolSegment create(Path directory, WalSegment segment, boolean resumed) {
    // A name of its own: where two receivers were given one directory by mistake, neither may read
    // what is the other's.
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path file = directory.resolve(segment.name() + "." + unique + SUFFIX);
    try {
      return new SpoolSegment(segment, resumed, file, DurableFile.create(file));
    } catch (IOException e) {
      throw unusable("create", file, e);
    }
  }

  /** Removes what a killed receiver left. */
  static void clear(Path directory) {
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw unusable("clear", directory, e);
    }
  }

  WalSegment segment() {
    return segment;
  }

  boolean resumed() {
    return resumed;
  }

  Path file() {
    return file;
  }

  long written() {
    return written;
  }

  boolean complete() {
    return written == segment.size();
  }

  void append(byte[] bytes, int offset, int length) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      long at = written;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
      written = at;
    } catch (IOException e) {
      throw unusable("write", file, e);
    }
  }

  void read(long from, byte[] into, int length) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
      for (long at = from; buffer.hasRemaining(); ) {
        int n = channel.read(buffer, at);
        if (n < 0) {
          throw new IOException("it is shorter than what was written to it");
        }
        at += n;
      }
    } catch (IOException e) {
      throw unusable("read", file, e);
    }
  }

  /** Whether the file still is where it was put. */
  boolean lost() {
    return !Files.exists(file);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is kept in it any more.
      return;
    } finally {
      DurableFile.deleteQuietly(file);
    }
  }

  private static HoldfastException unusable(String attempt, Path file, IOException e) {
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not " + attempt + " WAL spool " + file + ": " + FileTrouble.reason(e),
        "Check the free space and the owner of the spool directory.",
        e);
  }
}
