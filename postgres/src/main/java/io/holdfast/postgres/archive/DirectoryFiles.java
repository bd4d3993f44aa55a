package io.holdfast.postgres.archive;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The directory format: {@code toc.dat}, a file for each table's data, a file for each large object
 * and lists of those; the same bytes without the frames around pieces.
 */
public final class DirectoryFiles {
  private static final int BUFFER = 256 << 10;

  private final Path directory;
  private final DumpToc toc;

  public DirectoryFiles(Path directory, DumpToc toc) {
    this.directory = directory;
    this.toc = toc;
  }

  /** {@code 3150.dat}; before 1.16 there was one list of large objects. */
  public String fileName(DumpEntry entry) {
    if (!entry.hasData()) {
      return "";
    }
    if (!entry.kind().equals("BLOBS")) {
      return entry.dumpId() + ".dat";
    }
    return toc.header().minor() < ArchiveFormat.RELKIND_MINOR
        ? "blobs.toc"
        : "blobs_" + entry.dumpId() + ".toc";
  }

  /** Takes a block from its first byte to its last and makes its files. */
  public void write(DumpEntry entry, InputStream block) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(block, BUFFER));
    int type = in.readUnsignedByte();
    int id = number(in);
    boolean objects = entry.kind().equals("BLOBS");
    if (id != entry.dumpId()
        || type != (objects ? ArchiveFormat.BLOCK_BLOBS : ArchiveFormat.BLOCK_DATA)) {
      throw ArchiveFormat.malformed(
          "the data of entry " + entry.dumpId(), "block " + type + " of entry " + id);
    }
    if (objects) {
      objects(entry, in);
    } else {
      pieces(in, directory.resolve(fileName(entry)));
    }
    if (in.read() >= 0) {
      throw ArchiveFormat.malformed("the end of the data of entry " + id, "more bytes");
    }
  }

  private void objects(DumpEntry entry, DataInputStream in) throws IOException {
    try (OutputStream list = create(directory.resolve(fileName(entry)))) {
      for (int oid = number(in); oid != 0; oid = number(in)) {
        String number = Integer.toUnsignedString(oid);
        String name = "blob_" + number + ".dat";
        pieces(in, directory.resolve(name));
        list.write((number + " " + name + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static void pieces(DataInputStream in, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = create(file)) {
      for (int left = number(in); left != 0; left = number(in)) {
        if (left < 0) {
          throw ArchiveFormat.malformed("the length of a piece of data", left);
        }
        while (left > 0) {
          int got = in.read(buffer, 0, Math.min(left, buffer.length));
          if (got < 0) {
            throw new EOFException("in the data for " + file);
          }
          out.write(buffer, 0, got);
          left -= got;
        }
      }
    }
  }

  private static int number(DataInputStream in) throws IOException {
    int sign = in.readUnsignedByte();
    int amount = Integer.reverseBytes(in.readInt());
    return sign == 0 ? amount : -amount;
  }

  private static OutputStream create(Path file) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        BUFFER);
  }
}
