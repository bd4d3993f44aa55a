package io.holdfast.postgres.archive;

import io.holdfast.postgres.BlockScanner;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpContents;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** First the table of contents, then block after block; knows at every byte what comes next. */
public final class StreamScanner implements BlockScanner {
  /** What the next bytes are. */
  private enum Next {
    TYPE,
    BLOCK_ID,
    PIECE_LENGTH,
    PIECE,
    OBJECT_ID
  }

  private final TocParser contents = new TocParser(new Entries());
  private final RowCounter rows = new RowCounter();
  private final byte[] number = new byte[ArchiveFormat.INT_BYTES];
  private final List<DumpEntry> expected = new ArrayList<>();
  private final List<DumpBlock> blocks = new ArrayList<>();
  private final Map<String, Long> counts = new HashMap<>();
  private Next next = Next.TYPE;
  private int numberFilled;
  private long at;
  private long blockStart;
  private boolean largeObjects;
  private boolean inCopyForm;
  private long objects;
  private int pieceLeft;

  /** Keeps those that have data. */
  private final class Entries implements TocParser.Listener {
    @Override
    public void head(DumpHeader header, byte[] bytes, int length, int entries) {
      // Only what follows is of interest here.
    }

    @Override
    public void entry(DumpEntry entry, byte[] bytes, int from, int extra, int to) {
      DumpContents.sort(entry).ifPresent(sort -> counts.merge(sort, 1L, Long::sum));
      if (entry.hasData()) {
        copyForm.set(expected.size(), entry.copyStatement().startsWith("COPY "));
        expected.add(entry.withoutTexts());
      }
    }
  }

  private final java.util.BitSet copyForm = new java.util.BitSet();

  @Override
  public void feed(byte[] bytes, int offset, int length) {
    int from = offset;
    int end = offset + length;
    if (!contents.complete()) {
      from += contents.feed(bytes, offset, length);
    }
    at += from - offset;
    while (from < end) {
      int taken = next == Next.PIECE ? piece(bytes, from, end) : step(bytes, from, end);
      from += taken;
      at += taken;
    }
  }

  private int piece(byte[] bytes, int from, int end) {
    int length = Math.min(pieceLeft, end - from);
    if (inCopyForm) {
      rows.add(bytes, from, length);
    }
    pieceLeft -= length;
    if (pieceLeft == 0) {
      next = Next.PIECE_LENGTH;
    }
    return length;
  }

  private int step(byte[] bytes, int from, int end) {
    if (next == Next.TYPE) {
      beginBlock(bytes[from]);
      return 1;
    }
    if (numberFilled == 0 && end - from >= ArchiveFormat.INT_BYTES) {
      number(bytes, from, ArchiveFormat.INT_BYTES);
      return ArchiveFormat.INT_BYTES;
    }
    int length = Math.min(ArchiveFormat.INT_BYTES - numberFilled, end - from);
    System.arraycopy(bytes, from, number, numberFilled, length);
    numberFilled += length;
    if (numberFilled == ArchiveFormat.INT_BYTES) {
      numberFilled = 0;
      number(number, 0, length);
    }
    return length;
  }

  private void beginBlock(byte type) {
    if (blocks.size() == expected.size()) {
      throw ArchiveFormat.malformed("the end after the last block", "more bytes at " + at);
    }
    if (type != ArchiveFormat.BLOCK_DATA && type != ArchiveFormat.BLOCK_BLOBS) {
      throw ArchiveFormat.malformed("a block (1 or 3) at " + at, type);
    }
    blockStart = at;
    largeObjects = type == ArchiveFormat.BLOCK_BLOBS;
    inCopyForm = copyForm.get(blocks.size());
    objects = 0;
    rows.begin();
    next = Next.BLOCK_ID;
  }

  /**
   * @param taken how many of its bytes were not counted yet
   */
  private void number(byte[] bytes, int offset, int taken) {
    int sign = bytes[offset];
    if (sign != 0 && sign != 1) {
      throw ArchiveFormat.malformed("a number's sign, 0 or 1, at " + at, sign);
    }
    int amount = Cursor.littleEndian(bytes, offset + 1);
    switch (next) {
      case BLOCK_ID -> blockId(sign == 0 ? amount : -amount);
      case OBJECT_ID -> objectId(amount, taken);
      case PIECE_LENGTH -> pieceLength(sign == 0 ? amount : -1, taken);
      default -> throw new IllegalStateException(next.toString());
    }
  }

  private void blockId(int id) {
    DumpEntry entry = expected.get(blocks.size());
    if (id != entry.dumpId()) {
      throw ArchiveFormat.malformed(
          "the data of entry " + entry.dumpId() + " (" + entry.name() + ") at " + blockStart, id);
    }
    if (largeObjects != entry.kind().equals("BLOBS")) {
      throw ArchiveFormat.malformed(
          "the other kind of block for " + entry.kind() + " " + entry.name(),
          largeObjects ? "large objects" : "data");
    }
    next = largeObjects ? Next.OBJECT_ID : Next.PIECE_LENGTH;
  }

  /** An oid is written as if it were a number with a sign; its bits are what matters. */
  private void objectId(int bits, int taken) {
    if (bits == 0) {
      endBlock(taken);
    } else {
      objects++;
      next = Next.PIECE_LENGTH;
    }
  }

  private void pieceLength(int length, int taken) {
    if (length < 0) {
      throw ArchiveFormat.malformed("the length of a piece of data at " + at, length);
    }
    if (length > 0) {
      pieceLeft = length;
      next = Next.PIECE;
    } else if (largeObjects) {
      next = Next.OBJECT_ID;
    } else {
      endBlock(taken);
    }
  }

  private void endBlock(int taken) {
    DumpEntry entry = expected.get(blocks.size());
    blocks.add(
        new DumpBlock(
            entry.dumpId(),
            entry.kind(),
            entry.schema(),
            entry.tag(),
            blockStart,
            at + taken - blockStart,
            inCopyForm ? rows.rows() : DumpBlock.UNKNOWN,
            objects));
    next = Next.TYPE;
  }

  @Override
  public List<DumpBlock> finish() {
    if (!contents.complete()) {
      throw ArchiveFormat.malformed("a whole table of contents", "its end at " + contents.length());
    }
    if (next != Next.TYPE) {
      throw ArchiveFormat.malformed("a whole last block", "its end at " + at);
    }
    if (blocks.size() < expected.size()) {
      DumpEntry missing = expected.get(blocks.size());
      throw ArchiveFormat.malformed(
          expected.size() + " blocks",
          blocks.size() + ": the data of " + missing.name() + " is missing");
    }
    return List.copyOf(blocks);
  }

  @Override
  public DumpContents contents() {
    return new DumpContents(counts)
        .with("large objects", blocks.stream().mapToLong(DumpBlock::objects).sum());
  }

  @Override
  public long length() {
    return at;
  }

  @Override
  public long tocLength() {
    return contents.complete() ? contents.length() : 0;
  }
}
