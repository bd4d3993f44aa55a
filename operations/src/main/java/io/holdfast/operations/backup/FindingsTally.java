package io.holdfast.operations.backup;

import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.postgres.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Counts what the page checks of all workers find; keeps the first ones by name. Thread-safe. */
final class FindingsTally {
  private long checked;
  private long damaged;
  private final List<DamagedPage> listed = new ArrayList<>();
  private final List<Excused> excused = new ArrayList<>();
  private final List<String> odd = new ArrayList<>();

  private record Excused(DamagedPage page, Lsn lsn) {}

  synchronized void checked(long pages) {
    checked += pages;
  }

  /** A page that did not fit even after re-reading, and that says it was written meanwhile. */
  synchronized void changing(String path, long block, Lsn lsn) {
    if (excused.size() < Findings.LISTED) {
      excused.add(new Excused(new DamagedPage(path, block), lsn));
    } else {
      damaged(path, block); // nobody writes that many pages in that moment
    }
  }

  synchronized void damaged(String path, long block) {
    damaged++;
    if (listed.size() < Findings.LISTED) {
      listed.add(new DamagedPage(path, block));
    }
  }

  synchronized void oddLength(String path) {
    if (odd.size() < Findings.LISTED) {
      odd.add(path);
    }
  }

  synchronized long damagedPages() {
    return damaged;
  }

  /**
   * @param stop how far WAL had been written when the last page was read: a later LSN in a page is
   *     garbage, and excuses nothing
   */
  synchronized Findings total(Lsn stop) {
    long changing = 0;
    for (Excused page : excused) {
      if (page.lsn().isAfter(stop)) {
        damaged(page.page().path(), page.page().block());
      } else {
        changing++;
      }
    }
    excused.clear();
    listed.sort(Comparator.comparing(DamagedPage::path).thenComparingLong(DamagedPage::block));
    odd.sort(Comparator.naturalOrder());
    return new Findings(checked, changing, damaged, listed, odd);
  }
}
