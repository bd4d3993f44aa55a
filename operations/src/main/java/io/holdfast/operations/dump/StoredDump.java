package io.holdfast.operations.dump;

import io.holdfast.operations.logical.BlockList;
import io.holdfast.operations.logical.FiguresJson;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.FilteredArchive;
import io.holdfast.postgres.SqlNames;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The dump of one database in a logical backup: what pg_dump wrote, and parts of it. Only what is
 * asked for is fetched. Thread-safe.
 */
public final class StoredDump {
  private static final int PIECE = 256 << 10;

  private final BackupId backup;
  private final DumpedDatabase database;
  private final BackupReader reader;
  private @Nullable StoredBytes bytes;

  StoredDump(BackupId backup, DumpedDatabase database, BackupReader reader) {
    this.backup = backup;
    this.database = database;
    this.reader = reader;
  }

  public BackupId backup() {
    return backup;
  }

  public DumpedDatabase database() {
    return database;
  }

  /**
   * Its table of contents.
   *
   * @param texts of which entries definitions are wanted
   */
  public DumpToc toc(Predicate<DumpEntry> texts) {
    try (InputStream in = bytes().all()) {
      return DumpToc.read(in, texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the data of its tables lie, and how many rows they have. */
  public List<DumpBlock> blocks() {
    byte[] content = file(LogicalFiles.blocks(number()));
    try {
      return BlockList.read(new ByteArrayInputStream(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the database held when it was dumped. */
  public DatabaseFigures figures() {
    return FiguresJson.read(new ByteArrayInputStream(file(LogicalFiles.figures(number()))));
  }

  private int number() {
    return database.number();
  }

  private byte[] file(String path) {
    return LogicalBackup.small(reader, path)
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.REPOSITORY_FAILED,
                "could not read backup " + backup + ": expected " + path + ", found none",
                "`holdfast verify` tells which backups are whole."));
  }

  /** Its archive, part after part; known when it is first read from. */
  private synchronized StoredBytes bytes() {
    StoredBytes known = bytes;
    if (known == null) {
      List<StoredBytes.Part> parts = new ArrayList<>();
      reader.files(
          LogicalFiles.firstArchive(number()),
          LogicalFiles.lastArchive(number()),
          file ->
              parts.add(
                  new StoredBytes.Part(
                      file.path(), parts.isEmpty() ? 0 : parts.getLast().end(), file.length())));
      known = new StoredBytes(reader, parts);
      bytes = known;
    }
    return known;
  }

  /** Writes the archive exactly as pg_dump wrote it. */
  public void writeOriginal(OutputStream to, Progress progress) throws IOException {
    copy(0, bytes().length(), to, progress);
  }

  /**
   * Writes an archive in custom format with some of the entries and their data.
   *
   * @return bytes of data in it
   */
  public long write(DumpToc toc, Set<Integer> dumpIds, OutputStream to, Progress progress)
      throws IOException {
    return write(toc, blocks(), dumpIds, to, progress);
  }

  /** As above, with the blocks at hand. */
  long write(
      DumpToc toc, List<DumpBlock> blocks, Set<Integer> dumpIds, OutputStream to, Progress progress)
      throws IOException {
    try (InputStream head = bytes().from(0, toc.length())) {
      FilteredArchive.writeToc(toc, entry -> dumpIds.contains(entry.dumpId()), head, to);
    }
    return writeData(blocks, dumpIds, to, progress);
  }

  /** As above, with things moved into another schema. */
  long writeMoved(
      DumpToc toc,
      List<DumpBlock> blocks,
      Set<Integer> dumpIds,
      SqlNames names,
      OutputStream to,
      Progress progress)
      throws IOException {
    try (InputStream head = bytes().from(0, toc.length())) {
      FilteredArchive.writeMovedToc(
          toc, entry -> dumpIds.contains(entry.dumpId()), names, head, to);
    }
    return writeData(blocks, dumpIds, to, progress);
  }

  private long writeData(
      List<DumpBlock> blocks, Set<Integer> dumpIds, OutputStream to, Progress progress)
      throws IOException {
    long written = 0;
    for (DumpBlock block : blocks) {
      if (dumpIds.contains(block.dumpId())) {
        copy(block.offset(), block.length(), to, progress);
        written += block.length();
      }
    }
    return written;
  }

  /**
   * Writes an archive in directory format with some of the entries and their data.
   *
   * @param directory is made; {@code toc.dat} comes last, so that what is not whole is no archive
   */
  public void writeDirectory(DumpToc toc, Set<Integer> dumpIds, Path directory, Progress progress)
      throws IOException {
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Map<Integer, DumpEntry> entries = new HashMap<>();
    toc.entries().forEach(entry -> entries.put(entry.dumpId(), entry));
    for (DumpBlock block : blocks()) {
      DumpEntry entry = entries.get(block.dumpId());
      if (entry != null && dumpIds.contains(block.dumpId())) {
        try (InputStream in = bytes().from(block.offset(), block.length())) {
          FilteredArchive.writeDirectoryBlock(toc, entry, in, directory);
        }
        progress.advance(block.length());
      }
    }
    try (InputStream head = bytes().from(0, toc.length());
        OutputStream to = Files.newOutputStream(directory.resolve("toc.dat"))) {
      FilteredArchive.writeDirectoryToc(toc, entry -> dumpIds.contains(entry.dumpId()), head, to);
    }
  }

  private void copy(long offset, long length, OutputStream to, Progress progress)
      throws IOException {
    byte[] piece = new byte[PIECE];
    try (InputStream in = bytes().from(offset, length)) {
      for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
        to.write(piece, 0, got);
        progress.advance(got);
      }
    }
  }

  static Set<Integer> ids(List<DumpEntry> entries) {
    return entries.stream().map(DumpEntry::dumpId).collect(Collectors.toCollection(HashSet::new));
  }
}
