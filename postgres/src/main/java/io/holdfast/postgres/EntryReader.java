package io.holdfast.postgres;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.directory.LocalReader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the content of the files that a walk found. For one thread.
 *
 * <p>What is not there any more is a {@link NoSuchFileException}, from {@link #open} or, where only
 * that finds out, from any method of the open file; any other failure is a {@link
 * PostgresException}.
 */
public interface EntryReader extends AutoCloseable {
  /** Reads the files below a directory of this machine. */
  static EntryReader local(Path root) {
    return new LocalReader(root);
  }

  /** The entry's file, following links. */
  OpenFile open(Entry entry) throws NoSuchFileException;

  /** Whether the directory that the entry was found in still exists. */
  boolean parentExists(Entry entry);

  /**
   * Says what is going to be read next, in this order, so that a source with a long way to it can
   * fetch much at once. Replaces what was said before. Nothing needs to be read after it, and
   * anything may be.
   */
  default void willRead(List<ByteRange> ranges) {}

  /**
   * Whether {@link #hashes} are computed where the files are, so that they cost less than reading.
   */
  default boolean hashesAtSource() {
    return false;
  }

  /**
   * SHA-256 of each {@code unit} bytes from {@code from} to before {@code to} or the end of the
   * file, the last of what is left: fetched is only that where the source can compute it.
   *
   * @param from a multiple of {@code unit}
   * @param unit at most 1 MiB
   */
  List<byte[]> hashes(Entry entry, long from, long to, int unit) throws NoSuchFileException;

  @Override
  void close();

  /**
   * A part of a file.
   *
   * @param to exclusive; {@link Long#MAX_VALUE} for the end of the file wherever that is then
   */
  record ByteRange(Entry entry, long from, long to) {}

  /** A file that is being read. */
  interface OpenFile extends AutoCloseable {
    /**
     * Reads from any place.
     *
     * @return how many bytes; fewer than {@code length} only because the file ends there, 0 behind
     *     it
     */
    int read(long at, byte[] into, int offset, int length) throws NoSuchFileException;

    /** The length of the file now. */
    long size() throws NoSuchFileException;

    @Override
    void close();
  }
}
