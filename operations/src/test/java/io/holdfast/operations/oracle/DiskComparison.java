package io.holdfast.operations.oracle;

import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.RelationFile;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A backup, as it would be restored, held against the directory of a server that writes nothing.
 */
final class DiskComparison {
  private static final int PAGE = 8192;
  private static final int WINDOW = 1 << 20;

  private final Path data;
  private final boolean checksums;
  private final List<String> differences = new ArrayList<>();
  private @Nullable ChunkRef chunkOf;
  private byte @Nullable [] chunk;
  private long hintPages;
  private long pages;

  private DiskComparison(Path data, boolean checksums) {
    this.data = data;
    this.checksums = checksums;
  }

  /**
   * What was found.
   *
   * @param differences that there must not be
   * @param hintPages pages that differ in hint bits that no WAL tells of, which is right
   */
  record Result(List<String> differences, long pages, long hintPages) {}

  static Result of(BackupReader backup, Path data, boolean checksums) {
    DiskComparison comparison = new DiskComparison(data, checksums);
    comparison.run(backup);
    return new Result(comparison.differences, comparison.pages, comparison.hintPages);
  }

  private void run(BackupReader backup) {
    Map<String, ClusterFiles.Entry> there = new TreeMap<>();
    DataDirectory.open(data).walk(entry -> there.put(entry.path(), entry));
    try (ChunkReader reader = backup.openReader()) {
      backup.files(file -> {
        ClusterFiles.Entry entry = there.remove(file.path());
        if (entry == null) {
          differences.add("the server does not have " + file.path());
        } else {
          compare(file, entry, reader);
        }
      });
    }
    there.keySet().forEach(path -> differences.add("the backup does not have " + path));
  }

  private void compare(StoredFile file, ClusterFiles.Entry entry, ChunkReader reader) {
    if (!file.kind().name().equals(entry.kind().name())
        || file.mode() != entry.mode()
        || !file.target().equals(entry.target())) {
      differences.add(file.path() + ": expected " + entry + ", found " + file);
      return;
    }
    if (file.kind() == StoredFile.Kind.FILE) {
      try (FileChannel disk = FileChannel.open(RawPath.resolve(data, file.path()))) {
        compareContent(file, mayMissHints(entry), disk, reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean mayMissHints(ClusterFiles.Entry entry) {
    return !checksums
        && entry
            .relation()
            .filter(r ->
                r.fork().equals(RelationFile.Fork.MAIN) || r.fork().equals(RelationFile.Fork.INIT))
            .isPresent();
  }

  private void compareContent(
      StoredFile file, boolean mayMissHints, FileChannel disk, ChunkReader reader)
      throws IOException {
    if (file.length() != disk.size()) {
      differences.add(file.path() + ": expected " + disk.size() + " bytes, found " + file.length());
      return;
    }
    long at = 0;
    for (Extent extent : file.extents()) {
      for (long done = 0; done < extent.length(); done += WINDOW) {
        int length = (int) Math.min(WINDOW, extent.length() - done);
        byte[] stored = new byte[length];
        if (extent instanceof Extent.Slice slice) {
          System.arraycopy(
              chunk(slice.chunk(), reader), slice.offset() + (int) done, stored, 0, length);
        }
        ByteBuffer there = ByteBuffer.allocate(length);
        while (there.hasRemaining() && disk.read(there, at + done + there.position()) >= 0) {}
        comparePages(file.path(), (at + done) / PAGE, there.array(), stored, mayMissHints);
      }
      at += extent.length();
    }
  }

  private void comparePages(
      String path, long first, byte[] disk, byte[] stored, boolean mayMissHints) {
    for (int at = 0; at < disk.length; at += PAGE) {
      int end = Math.min(disk.length, at + PAGE);
      pages++;
      if (!Arrays.equals(disk, at, end, stored, at, end)) {
        byte[] expected = Arrays.copyOfRange(disk, at, at + PAGE);
        byte[] found = Arrays.copyOfRange(stored, at, at + PAGE);
        if (mayMissHints && HintBits.makeTheDifference(expected, found)) {
          hintPages++;
        } else {
          differences.add(
              String.format(
                  "%s block %d: expected LSN %016x, found %016x; first difference at byte %d",
                  path,
                  first + at / PAGE,
                  lsn(expected),
                  lsn(found),
                  Arrays.mismatch(expected, found)));
        }
      }
    }
  }

  private byte[] chunk(ChunkRef wanted, ChunkReader reader) {
    if (chunk == null || !wanted.equals(chunkOf)) {
      chunk = reader.read(wanted);
      chunkOf = wanted;
    }
    return chunk;
  }

  private static long lsn(byte[] page) {
    ByteBuffer header = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    return ((long) header.getInt(0) << 32) | Integer.toUnsignedLong(header.getInt(4));
  }
}
