package io.holdfast.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps apart those who change or remove existing objects of one root: threads by a lock of this
 * process, processes (on NFS: hosts, too) by a lock of the operating system on the file {@code
 * ~lock}, which is never removed. The kernel drops it when its holder dies.
 *
 * <p>One file and one holder per process, because a POSIX lock belongs to the process: closing any
 * other descriptor of the same file would silently give it up (fcntl(2)).
 */
final class SiteLock {
  static final String FILE = "~lock";

  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private SiteLock() {}

  interface Work<T> {
    T run() throws IOException;
  }

  static <T> T holding(Path root, Work<T> work) throws IOException {
    ReentrantLock threads = THREADS.computeIfAbsent(root.toRealPath(), any -> new ReentrantLock());
    threads.lock();
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(FILE),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                OWNER_ONLY);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new IOException("the lock was lost as soon as it was taken");
      }
      return work.run();
    } finally {
      threads.unlock();
    }
  }
}
