package io.holdfast.operations.dumping;

import io.holdfast.operations.dumping.PieceTable.Place;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.repository.ContentCutter;
import io.holdfast.repository.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Stores the archive of one database as it comes: cuts it into pieces, looks each up among those of
 * an earlier archive, and stores what is not there. Pieces are short, so that a changed row costs
 * little; those that are new are gathered into chunks, so that they shrink well. Used by one
 * thread.
 */
final class ArchiveStore {
  /** Sees the bytes as they pass. */
  interface Witness {
    void see(byte[] bytes, int offset, int length);
  }

  private static final long PART = 1L << 30;
  private static final int BUFFER = 512 << 10;

  private final int database;
  private final String name;
  private final Instant moment;
  private final long partSize;
  private final ContentCutter cutter;
  private final EarlierArchive earlier;
  private final Gathering content;
  private final Gathering lists;
  private final Consumer<StoredFile> files;
  private final MessageDigest sha;
  private final byte[] line = new byte[PieceTable.LINE];
  private final FileUnderWay pieces = new FileUnderWay();
  private FileUnderWay part = new FileUnderWay();
  private int parts;
  private int piecesOfPart;
  private long length;
  private long fresh;

  /**
   * @param database its number
   * @param moment that it is an archive of
   * @param files is given what is complete, in path order
   */
  ArchiveStore(
      int database,
      String name,
      Instant moment,
      ContentCutter cutter,
      EarlierArchive earlier,
      ChunkQueue queue,
      Consumer<StoredFile> files) {
    this(database, name, moment, PART, cutter, earlier, queue, files);
  }

  ArchiveStore(
      int database,
      String name,
      Instant moment,
      long partSize,
      ContentCutter cutter,
      EarlierArchive earlier,
      ChunkQueue queue,
      Consumer<StoredFile> files) {
    this.database = database;
    this.name = name;
    this.moment = moment;
    this.partSize = partSize;
    this.cutter = cutter;
    this.earlier = earlier;
    this.content = new Gathering(queue);
    this.lists = new Gathering(queue);
    this.files = files;
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  /** Reads to the end. */
  void readAll(InputStream archive, Witness witness) throws IOException {
    byte[] buffer = new byte[BUFFER + ContentCutter.MOST];
    int from = 0;
    int to = 0;
    int got = archive.read(buffer, to, buffer.length - to);
    while (got >= 0) {
      witness.see(buffer, to, got);
      to += got;
      for (; to - from >= ContentCutter.MOST; from = cut(buffer, from, to)) {
        // Until what is left may go on behind it.
      }
      if (buffer.length - to < ContentCutter.MOST) {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
      }
      got = archive.read(buffer, to, buffer.length - to);
    }
    while (from < to) {
      from = cut(buffer, from, to);
    }
  }

  private int cut(byte[] buffer, int from, int to) {
    int end = cutter.end(buffer, from, to);
    int size = end - from;
    describe(buffer, from, size);
    Place place = earlier.find(line, size);
    if (place == null) {
      content.append(buffer, from, size, part);
      fresh += size;
    } else {
      part.add(place.chunk(), place.offset(), size);
    }
    lists.append(line, 0, line.length, pieces);
    piecesOfPart++;
    length += size;
    if (part.length() >= partSize) {
      endPart();
    }
    return end;
  }

  private void describe(byte[] buffer, int from, int size) {
    sha.update(buffer, from, size);
    try {
      sha.digest(line, 0, PieceTable.HASH);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
    for (int i = 0; i < Integer.BYTES; i++) {
      line[PieceTable.HASH + i] = (byte) (size >>> (8 * i));
    }
  }

  private void endPart() {
    content.flush();
    parts++;
    files.accept(
        part.finish(
            LogicalFiles.archive(database, parts),
            moment,
            Map.of(
                LogicalFiles.DATABASE, name, LogicalFiles.PIECES, Integer.toString(piecesOfPart))));
    part = new FileUnderWay();
    piecesOfPart = 0;
  }

  /** Of the last part. To be called once, when the archive has proven to be whole. */
  void endArchive() {
    if (part.length() > 0) {
      endPart();
    }
  }

  /** To be called at the very end: its path comes last. */
  void storePieces() {
    lists.flush();
    files.accept(pieces.finish(LogicalFiles.pieces(database), moment, Map.of()));
  }

  /** Bytes so far. */
  long length() {
    return length;
  }

  /** Of them, those that were not in the earlier archive. */
  long fresh() {
    return fresh;
  }
}
