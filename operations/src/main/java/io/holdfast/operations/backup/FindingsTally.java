package io.holdfast.operations.backup;

import io.holdfast.operations.backup.PhysicalDetails.DamagedPage;
import io.holdfast.operations.backup.PhysicalDetails.Findings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Counts what the page checks of all workers find; keeps the first ones by name. Thread-safe. */
final class FindingsTally {
  private long checked;
  private long changing;
  private long damaged;
  private final List<DamagedPage> listed = new ArrayList<>();
  private final List<String> odd = new ArrayList<>();

  synchronized void checked(long pages, long stillChanging) {
    checked += pages;
    changing += stillChanging;
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

  synchronized Findings total() {
    listed.sort(Comparator.comparing(DamagedPage::path).thenComparingLong(DamagedPage::block));
    odd.sort(Comparator.naturalOrder());
    return new Findings(checked, changing, damaged, listed, odd);
  }
}
