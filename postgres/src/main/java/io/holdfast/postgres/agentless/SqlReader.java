package io.holdfast.postgres.agentless;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads through one session. */
final class SqlReader implements EntryReader {
  /** Units hashed by one question: it must not take long. */
  private static final int UNITS = 1024;

  private final FileQueries queries;
  private final ReadAhead ahead;

  /**
   * @param atOnce how many bytes it may hold
   */
  SqlReader(FileQueries queries, int atOnce) {
    this.queries = queries;
    this.ahead = new ReadAhead(queries, atOnce);
  }

  @Override
  public OpenFile open(Entry entry) {
    return new SqlFile(entry.location());
  }

  @Override
  public boolean parentExists(Entry entry) {
    String location = entry.location();
    return queries.stat(location.substring(0, Math.max(0, location.lastIndexOf('/')))).isPresent();
  }

  @Override
  public void willRead(List<ByteRange> ranges) {
    ahead.plan(ranges);
  }

  @Override
  public boolean hashesAtSource() {
    return true;
  }

  @Override
  public List<byte[]> hashes(Entry entry, long from, long to, int unit) throws NoSuchFileException {
    List<byte[]> all = new ArrayList<>();
    boolean ended = false;
    for (long at = from; at < to && !ended; at += (long) UNITS * unit) {
      long end = to - at > (long) UNITS * unit ? at + (long) UNITS * unit : to;
      @Nullable List<byte[]> some = queries.hashes(entry.location(), at, end, unit);
      if (some == null) {
        throw new NoSuchFileException(entry.location());
      }
      for (byte[] hash : some) {
        ended |= hash.length == 0;
        if (!ended) {
          all.add(hash);
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    queries.close();
  }

  private final class SqlFile implements OpenFile {
    private final String path;

    SqlFile(String path) {
      this.path = path;
    }

    @Override
    public int read(long at, byte[] into, int offset, int length) throws NoSuchFileException {
      int got = 0;
      while (got < length) {
        long place = at + got;
        int wanted = Math.min(length - got, ahead.part());
        Block block = ahead.at(path, place).orElseGet(() -> fetch(place, wanted));
        got += block.give(into, offset + got, length - got);
        if (block.endsFile()) {
          break;
        }
      }
      return got;
    }

    private Block fetch(long at, int length) {
      return new Block(path, at, length, queries.read(path, at, length).bytes());
    }

    @Override
    public long size() throws NoSuchFileException {
      return queries.stat(path).orElseThrow(() -> new NoSuchFileException(path)).size();
    }

    @Override
    public void close() {}
  }
}
