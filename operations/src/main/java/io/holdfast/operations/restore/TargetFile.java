package io.holdfast.operations.restore;

import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file being restored, by one worker, piece by piece in any order. In a delta it may be there
 * already. Only {@link #flush} is called from other threads.
 */
final class TargetFile {
  /**
   * Into large new files the kernel takes the less time the smaller the pieces are, down to this;
   * for a megabyte at once it takes more than twice as long (benchmarks/README.md).
   */
  private static final int WRITE = 16 << 10;

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<OpenOption> EXISTING =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
  private static final int OWNER_BITS = 0700;
  private static final int ZEROS = 64 << 10;

  private final String stored;
  private final Path path;
  private final int mode;
  private final String owner;
  private final String group;
  private final long length;
  private final boolean delta;
  private final List<long[]> holes = new ArrayList<>(0);
  private long missing;
  private volatile @Nullable FileChannel channel;

  TargetFile(StoredFile file, Path path, boolean delta) {
    this.stored = file.path();
    this.path = path;
    this.mode = file.mode();
    this.owner = file.owner();
    this.group = file.group();
    this.length = file.length();
    this.delta = delta;
    long sliced = 0;
    long at = 0;
    for (Extent extent : file.extents()) {
      switch (extent) {
        case Extent.Slice slice -> sliced += slice.length();
        case Extent.Hole hole -> holes.add(new long[] {at, hole.length()});
      }
      at += extent.length();
    }
    this.missing = sliced;
  }

  String stored() {
    return stored;
  }

  Path path() {
    return path;
  }

  long length() {
    return length;
  }

  boolean hasSlices() {
    return missing > 0;
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      open =
          FileChannel.open(
              path,
              delta ? EXISTING : NEW,
              PosixFilePermissions.asFileAttribute(Ownership.permissions(mode & OWNER_BITS)));
      channel = open;
      if (delta && open.size() > length) {
        open.truncate(length);
      }
    }
    return open;
  }

  void write(byte[] bytes, int offset, int count, long at) throws IOException {
    FileChannel to = open();
    ByteBuffer from = ByteBuffer.wrap(bytes, offset, count);
    int end = offset + count;
    long position = at;
    while (from.position() < end) {
      from.limit(Math.min(end, from.position() + WRITE));
      position += to.write(from, position);
    }
  }

  /** Fills the array from the file as it is; false if it ends before. */
  boolean read(byte[] into, int offset, int count, long at) throws IOException {
    ByteBuffer to = ByteBuffer.wrap(into, offset, count);
    FileChannel from = open();
    long position = at;
    while (to.hasRemaining()) {
      int read = from.read(to, position);
      if (read < 0) {
        return false;
      }
      position += read;
    }
    return true;
  }

  /** Counts bytes that are right now; true for the call that makes the file whole. */
  boolean done(long bytes) {
    missing -= bytes;
    return missing == 0;
  }

  /** Asks for what is written so far to go to the disk. */
  void flush() throws IOException {
    FileChannel open = channel;
    if (open != null && open.isOpen()) {
      open.force(false);
    }
  }

  /** Length, holes, mode and owner; the channel stays open and is the caller's to close. */
  FileChannel complete(Ownership ownership) throws IOException {
    FileChannel open = open();
    if (delta) {
      for (long[] hole : holes) {
        clear(open, hole[0], hole[0] + hole[1]);
      }
    }
    if (open.size() < length) {
      open.write(ByteBuffer.wrap(new byte[1]), length - 1);
    }
    ownership.apply(path, mode, owner, group, !delta && (mode & ~OWNER_BITS) == 0);
    return open;
  }

  /** Makes a range read as zeros, writing only where it does not. */
  private static void clear(FileChannel file, long from, long to) throws IOException {
    byte[] zeros = new byte[ZEROS];
    ByteBuffer found = ByteBuffer.allocate(ZEROS);
    for (long at = from; at < to; ) {
      found.clear().limit((int) Math.min(ZEROS, to - at));
      int read = file.read(found, at);
      if (read <= 0) {
        return;
      }
      if (java.util.Arrays.mismatch(found.array(), 0, read, zeros, 0, read) >= 0) {
        ByteBuffer blank = ByteBuffer.wrap(zeros, 0, read);
        for (long position = at; blank.hasRemaining(); ) {
          position += file.write(blank, position);
        }
      }
      at += read;
    }
  }
}
