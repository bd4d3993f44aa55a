package io.holdfast.operations.dump;

import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Stored files one behind the other, as one run of bytes that can be read from anywhere. Holds the
 * extents of one of the files at a time. Thread-safe; the streams are for one thread each.
 */
final class StoredBytes {
  private final BackupReader backup;
  private final List<Part> parts;
  private int loadedNumber = -1;
  private List<Extent> loaded = List.of();

  /** A stored file, and where in the run it begins. */
  record Part(String path, long begin, long length) {
    long end() {
      return begin + length;
    }
  }

  StoredBytes(BackupReader backup, List<Part> parts) {
    this.backup = backup;
    this.parts = List.copyOf(parts);
  }

  long length() {
    return parts.isEmpty() ? 0 : parts.getLast().end();
  }

  /**
   * What of it is read is authenticated; what is not is not even fetched.
   *
   * @throws HoldfastException if it does not go so far
   */
  InputStream from(long offset, long length) {
    if (offset < 0 || length < 0 || offset > length() - length) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read "
              + (parts.isEmpty() ? "a dump" : parts.getFirst().path())
              + ": expected "
              + length
              + " bytes from byte "
              + offset
              + " on, found that the dump ends at "
              + length(),
          "The dump was cut off, or what is said of it is not so: restore another backup.");
    }
    return new Stream(backup.openReader(), offset, length);
  }

  InputStream all() {
    return from(0, length());
  }

  private int partAt(long offset) {
    int number = 0;
    while (parts.get(number).end() <= offset) {
      number++;
    }
    return number;
  }

  private synchronized List<Extent> extents(int number) {
    if (loadedNumber != number) {
      String path = parts.get(number).path();
      List<StoredFile> found = new ArrayList<>(1);
      backup.files(path, path, found::add);
      if (found.size() != 1 || found.getFirst().length() != parts.get(number).length()) {
        throw new HoldfastException(
            ExitStatus.REPOSITORY_FAILED,
            "could not read " + path + ": expected it as it was listed, found another one",
            "`holdfast verify` tells which backups are whole.");
      }
      loaded = found.getFirst().extents();
      loadedNumber = number;
    }
    return loaded;
  }

  /** Fetches many chunks at once, first few and then more: a glance at the start stays cheap. */
  private final class Stream extends InputStream {
    private static final int FIRST_BATCH = 256 << 10;
    private static final int LARGEST_BATCH = 4 << 20;

    private final ChunkReader reader;
    private byte[] buffer = new byte[FIRST_BATCH];
    private int batch = FIRST_BATCH;
    private int filled;
    private int taken;
    private long at;
    private long left;
    private int part = -1;
    private List<Extent> extents = List.of();
    private int next;
    private long skip;

    Stream(ChunkReader reader, long offset, long length) {
      this.reader = reader;
      this.at = offset;
      this.left = length;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (taken == filled && (left == 0 || !fill())) {
        return -1;
      }
      int got = Math.min(length, filled - taken);
      System.arraycopy(buffer, taken, bytes, offset, got);
      taken += got;
      return got;
    }

    @Override
    public int available() {
      return filled - taken;
    }

    private boolean fill() {
      filled = 0;
      taken = 0;
      if (next == extents.size()) {
        enter(part < 0 ? partAt(at) : part + 1);
      }
      List<Extent.Slice> together = new ArrayList<>();
      int gathered = gather(together);
      if (buffer.length < gathered) {
        buffer = new byte[Math.max(gathered, batch)];
      }
      fetch(together, gathered);
      batch = Math.min(batch * 2, LARGEST_BATCH);
      long wanted = Math.min(gathered - skip, left);
      taken = (int) skip;
      filled = (int) (skip + wanted);
      skip = 0;
      at += wanted;
      left -= wanted;
      return true;
    }

    /** Goes to the part and in it to the extent in which the wanted byte lies. */
    private void enter(int number) {
      part = number;
      extents = extents(number);
      next = 0;
      skip = at - parts.get(number).begin();
      while (skip >= extents.get(next).length()) {
        skip -= extents.get(next).length();
        next++;
      }
    }

    /**
     * Collects slices that can be read by one request: of one pack, ascending.
     *
     * @return how many bytes they are; of a hole, if no slice comes first
     */
    private int gather(List<Extent.Slice> together) {
      int gathered = 0;
      while (next < extents.size()) {
        Extent extent = extents.get(next);
        if (!(extent instanceof Extent.Slice slice)) {
          return together.isEmpty() ? hole(extent.length()) : gathered;
        }
        if (!together.isEmpty()
            && (gathered + slice.length() > batch
                || gathered >= left + skip
                || !follows(together.getLast().chunk(), slice.chunk()))) {
          return gathered;
        }
        together.add(slice);
        gathered += (int) slice.length();
        next++;
      }
      return gathered;
    }

    /** A hole larger than a batch is taken in steps. */
    private int hole(long length) {
      long rest = length - skip;
      if (rest <= LARGEST_BATCH) {
        next++;
        int whole = (int) rest;
        skip = 0;
        return whole;
      }
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read "
              + parts.get(part).path()
              + ": expected bytes, found a hole of "
              + length,
          "No dump has such holes: somebody changed the backup.");
    }

    private static boolean follows(ChunkRef before, ChunkRef chunk) {
      return before.pack().equals(chunk.pack()) && before.offset() <= chunk.offset();
    }

    private void fetch(List<Extent.Slice> together, int gathered) {
      if (together.isEmpty()) {
        java.util.Arrays.fill(buffer, 0, gathered, (byte) 0);
        return;
      }
      int[] done = new int[2];
      reader.read(
          together.getFirst().chunk().pack(),
          together.stream().map(Extent.Slice::chunk).toList(),
          (chunk, content) -> {
            Extent.Slice slice = together.get(done[0]++);
            System.arraycopy(content, slice.offset(), buffer, done[1], (int) slice.length());
            done[1] += (int) slice.length();
          });
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
