package io.holdfast.operations.backup;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
 * stored. A source that can hash is asked for hashes first, and only for the bytes of what differs.
 */
final class ComparedCopy {
  private static final int WINDOW = 2 << 20;
  private static final int PAGE = PageChecksum.PAGE;

  /** What one hash stands for. */
  static final int UNIT = 128 << 10;

  private final EntryReader reader;
  private final Intake intake;
  private final ParentContent parents;
  private final Set<PackRef> evicted;
  private final Consumer<String> notes;
  private byte @Nullable [] seen;
  private byte @Nullable [] held;

  /**
   * @param notes told of what of the parent cannot be read
   */
  ComparedCopy(
      EntryReader reader,
      Intake intake,
      ParentContent parents,
      Set<PackRef> evicted,
      Consumer<String> notes) {
    this.reader = reader;
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
    long hashed = reader.hashesAtSource() ? Math.min(to, entry.size()) / UNIT * UNIT : from;
    while (at < hashed && !ended) {
      long end = Math.min(hashed, at + WINDOW);
      long got = takeDiffering(entry, file, at, end, cursor.upTo(end), extents);
      ended = got < end - at;
      at += got;
    }
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

  /** Returns how much of the stretch there is. */
  private long takeDiffering(
      Entry entry, OpenFile file, long from, long end, List<Extent> old, List<Extent> extents)
      throws NoSuchFileException, InterruptedException {
    int length = (int) (end - from);
    BitSet unusable = unusable(length, old);
    byte[] was = load(old, unusable, length);
    List<byte[]> hashes = reader.hashes(entry, from, end, UNIT);
    byte[] now = buffer(seen, UNIT);
    seen = now;
    ExtentCursor cursor = new ExtentCursor(old, 0);
    for (int at = 0; at < length; at += UNIT) {
      int unit = at / UNIT;
      boolean same =
          unit < hashes.size()
              && nextSet(unusable, at / PAGE, Integer.MAX_VALUE) >= (at + UNIT) / PAGE
              && Arrays.equals(hashes.get(unit), sha256(was, at));
      if (same) {
        cursor.upTo((long) at + UNIT, part -> intake.inherit(part, extents));
      } else {
        int got = intake.read(entry, file, from + at, now, 0, UNIT, UNIT);
        take(now, got, cursor.upTo(at + got), extents);
        if (got < UNIT) {
          return (long) at + got;
        }
      }
    }
    return length;
  }

  private static byte[] sha256(byte[] bytes, int offset) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, offset, UNIT);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
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
    BitSet differing = unusable(length, old);
    byte[] was = load(old, differing, length);
    compare(now, was, (int) length(old), differing);
    return differing;
  }

  private static long length(List<Extent> extents) {
    return extents.stream().mapToLong(Extent::length).sum();
  }

  /** The pages that the parent does not have, or that are to be moved out of its packs. */
  private BitSet unusable(int length, List<Extent> old) {
    BitSet unusable = new BitSet();
    int covered = 0;
    for (Extent extent : old) {
      int end = covered + (int) extent.length();
      if (isMoved(extent)) {
        unusable.set(covered / PAGE, (end + PAGE - 1) / PAGE);
      }
      covered = end;
    }
    if (covered < length) {
      unusable.set(covered / PAGE, (length + PAGE - 1) / PAGE);
    }
    return unusable;
  }

  private boolean isMoved(Extent extent) {
    return extent instanceof Extent.Slice slice && evicted.contains(slice.chunk().pack());
  }

  /** What the parent has; if it cannot be read, all pages are unusable. */
  private byte[] load(List<Extent> old, BitSet unusable, int length) {
    byte[] was = buffer(held, Math.max(PAGE, length));
    held = was;
    List<Extent> readable =
        old.stream().map(each -> isMoved(each) ? new Extent.Hole(each.length()) : each).toList();
    try {
      parents.read(readable, was);
    } catch (RepositoryDamagedException e) {
      notes.accept("read anew what the parent has lost: " + e.getMessage());
      unusable.set(0, (length + PAGE - 1) / PAGE);
    }
    return was;
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
