package io.holdfast.operations.backup;

import io.holdfast.operations.backup.AuditSample.Page;
import io.holdfast.operations.physical.PhysicalDetails.Audit;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.RepositoryDamagedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Compares pages that were taken over unread with what the server has. One that differs although
 * its LSN says that it did not change since the backup began means that a change was missed: then
 * nothing that was taken over can be trusted. Hint bits may differ where they are not logged.
 */
final class InheritedAudit {
  /** In case the server was writing the page just then. */
  private static final int[] WAITS_MILLIS = {0, 1, 10, 50};

  private final EntryReader reader;
  private final ParentContent parents;
  private final Lsn start;
  private final boolean hintsLogged;
  private long hintBits;
  private long changing;

  private enum Verdict {
    SAME,
    HINT_BITS,
    CHANGING,
    MISSED
  }

  /**
   * @param start of the backup under way
   * @param hintsLogged whether no hint bit changes without WAL
   */
  InheritedAudit(EntryReader reader, ParentContent parents, Lsn start, boolean hintsLogged) {
    this.reader = reader;
    this.parents = parents;
    this.start = start;
    this.hintsLogged = hintsLogged;
  }

  /**
   * @throws DistrustException if a change was missed, or the repository lost a page
   */
  Audit run(List<Page> sample) throws InterruptedException {
    List<Page> ordered =
        sample.stream()
            .sorted(
                Comparator.comparing((Page each) -> each.page().chunk().pack().backup())
                    .thenComparingInt(each -> each.page().chunk().pack().number())
                    .thenComparingLong(each -> each.page().chunk().offset()))
            .toList();
    for (Page page : ordered) {
      switch (check(page)) {
        case SAME -> {}
        case HINT_BITS -> hintBits++;
        case CHANGING -> changing++;
        case MISSED ->
            throw new DistrustException(
                "the audit found that page "
                    + page.at() / PageChecksum.PAGE
                    + " of "
                    + page.entry().path()
                    + " had changed, of which WAL had not told");
      }
    }
    return new Audit(ordered.size(), hintBits, changing);
  }

  private Verdict check(Page page) throws InterruptedException {
    byte[] held = new byte[PageChecksum.PAGE];
    try {
      parents.read(List.of(page.page()), held);
    } catch (RepositoryDamagedException e) {
      throw new DistrustException("the audit found a page lost: " + e.getMessage());
    }
    Verdict verdict = Verdict.SAME;
    for (int wait : WAITS_MILLIS) {
      if (wait > 0) {
        Thread.sleep(wait);
      }
      verdict = compare(page, held);
      if (verdict != Verdict.MISSED) {
        break;
      }
    }
    return verdict;
  }

  private Verdict compare(Page page, byte[] held) {
    byte[] now = new byte[PageChecksum.PAGE];
    try (OpenFile file = reader.open(page.entry())) {
      if (file.read(page.at(), now, 0, now.length) < now.length) {
        return Verdict.CHANGING; // cut off since
      }
    } catch (NoSuchFileException e) {
      return Verdict.CHANGING; // dropped since
    }
    if (Arrays.equals(now, held)) {
      return Verdict.SAME;
    }
    Lsn lsn = PageInspector.pageLsn(now, 0);
    if (!lsn.isBefore(start)) {
      return Verdict.CHANGING;
    }
    return !hintsLogged && lsn.equals(PageInspector.pageLsn(held, 0))
        ? Verdict.HINT_BITS
        : Verdict.MISSED;
  }
}
