package io.holdfast.postgres.agentless;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader.ByteRange;
import io.holdfast.postgres.agentless.FileQueries.Part;
import io.holdfast.postgres.agentless.FileQueries.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fetches in few questions what was announced: a page or a small file is not worth a question of
 * its own. Holds no more bytes than it was told to. What it gave once it does not give again: who
 * reads a page twice wants to know what it is now.
 */
final class ReadAhead {
  /** The longest part that the server is asked for at a time; it holds one in memory. */
  private static final int PART = 1 << 20;

  private static final int PARTS_AT_ONCE = 1000;

  /** Asked for behind the end of a file that is read to its end, so that the end is seen. */
  private static final int BEYOND = 8192;

  private final FileQueries queries;
  private final int atOnce;
  private final int part;
  private List<Wanted> plan = List.of();
  private List<Block> fetched = List.of();
  private int fetchedFrom;
  private int current;

  /**
   * @param atOnce bytes, a multiple of the size of a page
   */
  ReadAhead(FileQueries queries, int atOnce) {
    this.queries = queries;
    this.atOnce = atOnce;
    this.part = Math.min(PART, atOnce);
  }

  /** The most that is to be asked for in one part. */
  int part() {
    return part;
  }

  /** Forgets what was planned and fetched before. */
  void plan(List<ByteRange> ranges) {
    plan = new ArrayList<>();
    fetched = List.of();
    fetchedFrom = 0;
    current = 0;
    for (ByteRange range : ranges) {
      Entry entry = range.entry();
      if (SqlPath.isPlain(entry.location())) {
        long end = range.to() == Long.MAX_VALUE ? entry.size() + BEYOND : range.to();
        for (long at = range.from(); at < end; at += part) {
          plan.add(new Wanted(entry.location(), at, (int) Math.min(part, end - at)));
        }
      }
    }
  }

  /** The block whose next byte is that one; empty if it was not announced, or was given before. */
  Optional<Block> at(String path, long place) {
    if (isFetched(current) && fetched(current).continuesAt(path, place)) {
      return Optional.of(fetched(current));
    }
    int next = isFetched(current) ? current + 1 : current;
    for (int i = next; i < plan.size(); i++) {
      if (plan.get(i).at() == place && plan.get(i).path().equals(path)) {
        current = i;
        if (!isFetched(i)) {
          fetch(i);
        }
        return Optional.of(fetched(i));
      }
    }
    return Optional.empty();
  }

  private boolean isFetched(int index) {
    return index >= fetchedFrom && index < fetchedFrom + fetched.size();
  }

  private Block fetched(int index) {
    return fetched.get(index - fetchedFrom);
  }

  private void fetch(int from) {
    int to = from;
    long bytes = 0;
    while (to < plan.size()
        && to - from < PARTS_AT_ONCE
        && (to == from || bytes + plan.get(to).length() <= atOnce)) {
      bytes += plan.get(to++).length();
    }
    fetched = List.of(); // not both in memory
    List<Wanted> wanted = plan.subList(from, to);
    List<Part> parts = queries.read(wanted);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Wanted one = wanted.get(i);
      blocks.add(new Block(one.path(), one.at(), one.length(), parts.get(i).bytes()));
    }
    fetched = blocks;
    fetchedFrom = from;
  }
}
