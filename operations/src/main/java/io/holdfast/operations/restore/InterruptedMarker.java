package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A file that lies in a data directory as long as its restore is not finished: it says that what is
 * there is ours and not whole. Locked while a restore runs, so that two never write one directory.
 */
final class InterruptedMarker implements AutoCloseable {
  static final String NAME = "holdfast.restore-in-progress";

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private InterruptedMarker(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  static boolean liesIn(Path directory) {
    return Files.isRegularFile(directory.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Durable on return.
   *
   * @throws HoldfastException (lease held) if another restore is writing there now
   */
  static InterruptedMarker place(Path directory, String content) throws IOException {
    Path path = directory.resolve(NAME);
    FileChannel channel =
        FileChannel.open(
            path,
            java.util.Set.of(
                StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(Ownership.permissions(0600)));
    @Nullable FileLock lock = lock(channel);
    if (lock == null) {
      channel.close();
      throw new HoldfastException(
          ExitStatus.LEASE_HELD,
          "could not restore into " + directory + ": another restore is writing there",
          "Wait for it to end.");
    }
    channel.truncate(0);
    ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
    DiskSync.one(directory);
    return new InterruptedMarker(path, channel, lock);
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** The restore is whole: durable on return. */
  void remove() throws IOException {
    Files.delete(path);
    DiskSync.one(path.resolveSibling("."));
  }

  @Override
  public void close() {
    try {
      lock.close();
      channel.close();
    } catch (IOException e) {
      // the lock ends with the process
    }
  }
}
