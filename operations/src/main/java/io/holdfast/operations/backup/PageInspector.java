package io.holdfast.operations.backup;

import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.PageChecksum.Verdict;
import io.holdfast.postgres.RelationFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;

/**
 * Checks the pages that one worker just read, and reads those again that do not fit: most likely
 * the server was writing them. PostgreSQL's own base backup does not judge pages with an LSN at or
 * after the backup's start (basebackup.c); here they are judged too, and only excused when they
 * still do not fit after re-reading, since a torn write lasts microseconds and a broken page
 * forever.
 */
final class PageInspector {
  private static final int[] WAITS_MILLIS = {0, 1, 10, 50, 100};

  /**
   * When this many pages are damaged, the disk is: waiting before each further one is pointless.
   */
  private static final int PATIENT_UNTIL = 20;

  private final PageChecksum checksum = new PageChecksum();
  private final int blocksPerSegment;
  private final Lsn start;
  private final FindingsTally tally;

  PageInspector(int blocksPerSegment, Lsn start, FindingsTally tally) {
    this.blocksPerSegment = blocksPerSegment;
    this.start = start;
    this.tally = tally;
  }

  /**
   * @param at where in the file the bytes come from; on a page boundary
   */
  void inspect(
      OpenFile file,
      String path,
      RelationFile relation,
      byte[] bytes,
      int offset,
      int length,
      long at)
      throws NoSuchFileException, InterruptedException {
    long block = (long) relation.segment() * blocksPerSegment + at / PageChecksum.PAGE;
    int pages = length / PageChecksum.PAGE;
    for (int i = 0; i < pages; i++) {
      int page = offset + i * PageChecksum.PAGE;
      if (checksum.check(bytes, page, block + i, null) == Verdict.BAD) {
        long from = at + (long) i * PageChecksum.PAGE;
        switch (readAgain(file, bytes, page, from, block + i)) {
          case BAD -> tally.damaged(path, block + i);
          case CHANGING -> tally.changing(path, block + i, pageLsn(bytes, page));
          case GOOD, NEW -> {}
        }
      }
    }
    tally.checked(pages);
  }

  private Verdict readAgain(OpenFile file, byte[] bytes, int page, long from, long block)
      throws NoSuchFileException, InterruptedException {
    for (int wait : WAITS_MILLIS) {
      if (wait > 0 && tally.damagedPages() < PATIENT_UNTIL) {
        Thread.sleep(wait);
      }
      byte[] copy = new byte[PageChecksum.PAGE];
      if (file.read(from, copy, 0, copy.length) < copy.length) {
        return Verdict.NEW; // truncated meanwhile, which WAL replay repeats
      }
      System.arraycopy(copy, 0, bytes, page, copy.length);
      Verdict verdict = checksum.check(bytes, page, block, null);
      if (verdict != Verdict.BAD) {
        return verdict;
      }
    }
    return pageLsn(bytes, page).isBefore(start) ? Verdict.BAD : Verdict.CHANGING;
  }

  static Lsn pageLsn(byte[] bytes, int page) {
    ByteBuffer header = ByteBuffer.wrap(bytes, page, 8).order(ByteOrder.LITTLE_ENDIAN);
    long high = Integer.toUnsignedLong(header.getInt());
    long low = Integer.toUnsignedLong(header.getInt());
    return new Lsn(high << 32 | low);
  }
}
