package io.holdfast.operations.dumping;

import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An earlier archive while it is looked up in. Used by one thread. */
final class OpenEarlier implements AutoCloseable {
  private final BackupReader backup;
  private final int number;
  private final Set<PackRef> evicted;
  private final Progress progress;
  private final ChunkReader reader;
  private final EarlierArchive archive;

  /** How many pieces each part has. */
  private final List<Integer> counts = new ArrayList<>();

  private @Nullable StoredFile pieces;

  private OpenEarlier(BackupReader backup, int number, Set<PackRef> evicted, Progress progress) {
    this.backup = backup;
    this.number = number;
    this.evicted = evicted;
    this.progress = progress;
    this.reader = backup.openReader();
    backup.files(
        LogicalFiles.firstArchive(number),
        LogicalFiles.lastArchive(number),
        part -> counts.add(count(part)));
    String path = LogicalFiles.pieces(number);
    backup.files(path, path, file -> pieces = file);
    this.archive = new EarlierArchive(counts.size(), this::load);
  }

  /** Nothing can be found in it. */
  static OpenEarlier none() {
    return new OpenEarlier();
  }

  @SuppressWarnings("NullAway") // nobody asks for what is not there
  private OpenEarlier() {
    backup = null;
    number = 0;
    evicted = Set.of();
    progress = Progress.NONE;
    reader = null;
    archive = EarlierArchive.none();
  }

  /**
   * @param evicted packs from which nothing is taken over
   */
  static OpenEarlier of(BackupReader backup, int number, Set<PackRef> evicted, Progress progress) {
    try {
      return new OpenEarlier(backup, number, evicted, progress);
    } catch (RepositoryDamagedException e) {
      tell(progress, backup, e);
      return none();
    }
  }

  private static void tell(Progress progress, BackupReader backup, RepositoryDamagedException e) {
    progress.warn(
        "what backup " + backup.manifest().id() + " has of it is stored anew: " + e.getMessage());
  }

  private static int count(StoredFile part) {
    try {
      return Integer.parseInt(part.attributes().getOrDefault(LogicalFiles.PIECES, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  EarlierArchive archive() {
    return archive;
  }

  private PieceTable load(int part) {
    StoredFile list = pieces;
    if (list == null) {
      return PieceTable.empty();
    }
    long first = counts.subList(0, part - 1).stream().mapToLong(Integer::longValue).sum();
    try {
      byte[] lines =
          range(list, first * PieceTable.LINE, (long) counts.get(part - 1) * PieceTable.LINE);
      List<PieceTable> loaded = new ArrayList<>();
      String path = LogicalFiles.archive(number, part);
      backup.files(path, path, file -> loaded.add(PieceTable.of(file, lines, evicted)));
      return loaded.isEmpty() ? PieceTable.empty() : loaded.getFirst();
    } catch (RepositoryDamagedException e) {
      tell(progress, backup, e);
      return PieceTable.empty();
    }
  }

  /** Empty if the file is not as long. */
  private byte[] range(StoredFile file, long from, long length) {
    if (from + length > file.length() || length > Integer.MAX_VALUE) {
      return new byte[0];
    }
    byte[] bytes = new byte[(int) length];
    long at = 0;
    for (Extent extent : file.extents()) {
      long start = Math.max(from, at);
      long end = Math.min(from + length, at + extent.length());
      if (start < end && extent instanceof Extent.Slice slice) {
        byte[] chunk = reader.read(slice.chunk());
        System.arraycopy(
            chunk,
            slice.offset() + (int) (start - at),
            bytes,
            (int) (start - from),
            (int) (end - start));
      }
      at += extent.length();
    }
    return bytes;
  }

  @Override
  public void close() {
    if (number > 0) {
      reader.close();
    }
  }
}
