package io.holdfast.operations.sync;

import io.holdfast.repository.RepairReport;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SyncRequest;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.util.List;

/** Puts good copies in the place of what is damaged or missing on a site. */
public final class Repair {
  private Repair() {}

  /**
   * @param opened wherever it can be opened; lends its keys
   * @throws HoldfastException (lease held) if a sync or another repair works there
   */
  public static RepairReport of(
      Repository opened, String cluster, Storage site, List<Site> others, Progress progress) {
    progress.begin("repairing " + cluster + " on " + site.description(), 0);
    try {
      return opened.repair(
          cluster,
          site,
          others,
          new SyncRequest.Watcher() {
            @Override
            public void before(long bytes) {
              // As fast as it goes: somebody waits for it.
            }

            @Override
            public void begin(String name, long bytes) {
              // Begun above.
            }

            @Override
            public void copied(long bytes) {
              progress.advance(bytes);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the repair: interrupted", null, e);
    } finally {
      progress.end();
    }
  }
}
