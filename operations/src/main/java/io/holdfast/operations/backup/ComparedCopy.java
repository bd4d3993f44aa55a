package io.holdfast.operations.backup;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a stretch of a file by comparing it with what the parent holds, byte by byte: what is the
 * same is taken over page by page, the rest stored. Where the parent cannot be read everything is
 * stored.
 */
final class ComparedCopy {
  private static final int WINDOW = 2 << 20;
  private static final int PAGE = PageChecksum.PAGE;

  private final Intake intake;
  private final ParentContent parents;
  private final Set<PackRef> evicted;
  private final Consumer<String> notes;
  private byte @Nullable [] seen;
  private byte @Nullable [] held;

  /**
   * @param notes told of what of the parent cannot be read
   */
  ComparedCopy(Intake intake, ParentContent parents, Set<PackRef> evicted, Consumer<String> notes) {
    this.intake = intake;
    this.parents = parents;
    this.evicted = evicted;
    this.notes = notes;
  }

  /**
   * @param to where to stop; {@link Long#MAX_VALUE} for the end of the file wherever that is now
   */
  Copy copy(Entry entry, OpenFile file, Inherited parent, long from, long to)
      throws NoSuchFileException, InterruptedException {
    ExtentCursor cursor = new ExtentCursor(parent.extents(), from);
    List<Extent> extents = new ArrayList<>();
    int window = (int) Math.min(WINDOW, Math.max(PAGE, Math.min(to, entry.size() + 1) - from));
    byte[] now = buffer(seen, window);
    seen = now;
    long at = from;
    boolean ended = false;
    while (at < to && !ended) {
      int wanted = (int) Math.min(window, to - at);
      int got = intake.read(entry, file, at, now, 0, wanted, entry.size());
      ended = got < wanted;
      take(now, got, cursor.upTo(at + got), extents);
      at += got;
    }
    return new Copy(entry, extents, at - from, !ended || to == Long.MAX_VALUE, false);
  }

  private static byte[] buffer(byte @Nullable [] there, int atLeast) {
    return there != null && there.length >= atLeast
        ? there
        : new byte[Integer.highestOneBit(atLeast - 1) << 1];
  }

  private void take(byte[] now, int length, List<Extent> old, List<Extent> extents) {
    BitSet differing = differing(now, length, old);
    ExtentCursor cursor = new ExtentCursor(old, 0);
    int pages = (length + PAGE - 1) / PAGE;
    int page = 0;
    while (page < pages) {
      int changed = Math.min(pages, nextSet(differing, page, pages));
      cursor.upTo(Math.min(length, (long) changed * PAGE), part -> intake.inherit(part, extents));
      int same = Math.min(pages, differing.nextClearBit(changed));
      int until = Math.min(length, same * PAGE);
      intake.store(now, Math.min(length, changed * PAGE), until, extents);
      cursor.skipTo(until);
      page = same;
    }
  }

  private static int nextSet(BitSet bits, int from, int none) {
    int next = bits.nextSetBit(from);
    return next < 0 ? none : next;
  }

  /** The pages that are not what the parent has there, or must not be taken from it. */
  private BitSet differing(byte[] now, int length, List<Extent> old) {
    BitSet differing = new BitSet();
    List<Extent> readable = new ArrayList<>();
    int covered = 0;
    for (Extent extent : old) {
      boolean moved =
          extent instanceof Extent.Slice slice && evicted.contains(slice.chunk().pack());
      int end = covered + (int) extent.length();
      if (moved) {
        differing.set(covered / PAGE, (end + PAGE - 1) / PAGE);
      }
      readable.add(moved ? new Extent.Hole(extent.length()) : extent);
      covered = end;
    }
    if (covered < length) {
      differing.set(covered / PAGE, (length + PAGE - 1) / PAGE);
    }
    byte[] was = buffer(held, Math.max(PAGE, covered));
    held = was;
    try {
      parents.read(readable, was);
    } catch (RepositoryDamagedException e) {
      notes.accept("read anew what the parent has lost: " + e.getMessage());
      differing.set(0, (length + PAGE - 1) / PAGE);
      return differing;
    }
    compare(now, was, covered, differing);
    return differing;
  }

  private static void compare(byte[] now, byte[] was, int length, BitSet differing) {
    for (int at = 0; at < length; at += PAGE) {
      int mismatch = Arrays.mismatch(now, at, length, was, at, length);
      if (mismatch < 0) {
        return;
      }
      at += mismatch / PAGE * PAGE;
      differing.set(at / PAGE);
    }
  }
}
