package io.holdfast.repository;

import java.util.List;

/**
 * What was put back on a site.
 *
 * @param mended objects that are as they were written again
 * @param lost objects that are damaged or missing, and that no other site has whole
 */
public record RepairReport(List<Mended> mended, List<Lost> lost) {
  public RepairReport {
    mended = List.copyOf(mended);
    lost = List.copyOf(lost);
  }

  /**
   * @param from the site whose copy was read whole and authenticated before anything was changed
   * @param was what was wrong with it
   */
  public record Mended(String object, String from, String was) {}

  public record Lost(String object, String was) {}
}
