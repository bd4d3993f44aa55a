package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way to all sites. The primary is written to on this thread; it commits first,
 * so what a further site holds, the primary held before. A further site that fails is left out, or
 * fails the writer, if it is required.
 */
final class MirrorWriter implements ObjectWriter {
  private final MirrorStorage mirror;
  private final ObjectKey key;
  private final ObjectWriter primary;
  private final List<Branch> branches = new ArrayList<>();
  private boolean over;

  /** The way to one further site, and the block that is being filled for it. */
  private static final class Branch {
    private final Member member;
    private final SiteFeed feed;
    private byte @Nullable [] block;
    private int filled;
    private boolean left;

    Branch(Member member, SiteFeed feed) {
      this.member = member;
      this.feed = feed;
    }
  }

  MirrorWriter(MirrorStorage mirror, ObjectKey key, ObjectWriter primary) {
    this.mirror = mirror;
    this.key = key;
    this.primary = primary;
  }

  void add(Member member, SiteFeed feed) {
    branches.add(new Branch(member, feed));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (Branch branch : branches) {
      pass(branch, bytes, offset, length);
    }
    primary.write(bytes, offset, length);
  }

  private void pass(Branch branch, byte[] bytes, int offset, int length) {
    int from = offset;
    int end = offset + length;
    while (from < end && !branch.left) {
      byte[] block = branch.block;
      if (block == null) {
        block = mirror.blocks().take();
        branch.block = block;
        branch.filled = 0;
      }
      int step = Math.min(end - from, block.length - branch.filled);
      System.arraycopy(bytes, from, block, branch.filled, step);
      branch.filled += step;
      from += step;
      if (branch.filled == block.length) {
        flush(branch);
      }
    }
  }

  private void flush(Branch branch) {
    byte[] block = branch.block;
    if (block == null) {
      return;
    }
    branch.block = null;
    if (!branch.feed.put(block, branch.filled)) {
      leave(branch);
    }
  }

  /** The site failed: it is left out, or everything fails. */
  private void leave(Branch branch) {
    branch.left = true;
    branch.feed.close();
    branch
        .feed
        .failure()
        .ifPresent(failure -> branch.member.failed("write " + key + " to", failure));
  }

  @Override
  public long position() {
    return primary.position();
  }

  @Override
  public void commit() {
    for (Branch branch : branches) {
      if (!branch.left) {
        flush(branch);
      }
    }
    over = true;
    try {
      primary.commit();
    } catch (ObjectExistsException e) {
      abandon();
      // Nobody may take it for stored while a required site lacks it.
      mirror.spread(key);
      throw e;
    }
    branches.stream().filter(branch -> !branch.left).forEach(branch -> branch.feed.commit());
    settle();
    mirror.written(key);
  }

  /** Waits for all, so that the failure of one does not leave another half done. */
  private void settle() {
    StorageException first = null;
    for (Branch branch : branches) {
      if (!branch.left) {
        branch.left = true;
        try {
          branch
              .feed
              .awaitCommit()
              .ifPresent(failure -> branch.member.failed("store " + key + " on", failure));
        } catch (StorageException e) {
          first = first == null ? e : first;
        } finally {
          branch.feed.close();
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private void abandon() {
    for (Branch branch : branches) {
      branch.left = true;
      branch.feed.close();
    }
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      abandon();
    } else {
      branches.stream().filter(branch -> !branch.left).forEach(branch -> branch.feed.close());
    }
    primary.close();
  }
}
