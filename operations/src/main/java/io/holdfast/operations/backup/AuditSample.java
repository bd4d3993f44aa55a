package io.holdfast.operations.backup;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.Extent.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Pages that were taken over without being read, each with about the same chance, chosen while they
 * pass by. One per worker.
 */
final class AuditSample {
  private final RandomGenerator random;
  private final @Nullable Page[] chosen;
  private long offered;

  /**
   * @param page of the parent that stands for the page at {@code at} of the entry's file
   */
  record Page(Entry entry, long at, Slice page) {}

  AuditSample(int size, RandomGenerator random) {
    this.random = random;
    this.chosen = new Page[size];
  }

  /** All pages of a slice; it begins at {@code at} of the file. */
  void offer(Entry entry, long at, Slice slice) {
    long pages = slice.length() / PageChecksum.PAGE;
    if (pages == 0) {
      return;
    }
    offered += pages;
    double expected = (double) chosen.length * pages / offered;
    for (int left = (int) (expected + random.nextDouble()); left > 0; left--) {
      long page = random.nextLong(pages) * PageChecksum.PAGE;
      chosen[random.nextInt(chosen.length)] =
          new Page(
              entry,
              at + page,
              new Slice(PageChecksum.PAGE, slice.chunk(), slice.offset() + (int) page));
    }
  }

  List<Page> pages() {
    return Arrays.stream(chosen).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }
}
