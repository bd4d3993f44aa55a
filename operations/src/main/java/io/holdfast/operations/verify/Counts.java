package io.holdfast.operations.verify;

import java.util.concurrent.atomic.LongAdder;

/** What was done so far. Thread-safe. */
final class Counts {
  private final LongAdder packs = new LongAdder();
  private final LongAdder chunks = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder pages = new LongAdder();
  private final LongAdder excused = new LongAdder();
  private final LongAdder walFiles = new LongAdder();

  void pack() {
    packs.increment();
  }

  void chunk(long length) {
    chunks.increment();
    bytes.add(length);
  }

  void pages(long checked, long ofThemExcused) {
    pages.add(checked);
    excused.add(ofThemExcused);
  }

  void walFile(long length) {
    walFiles.increment();
    bytes.add(length);
  }

  VerifyReport.Figures figures() {
    return new VerifyReport.Figures(
        packs.sum(), chunks.sum(), bytes.sum(), pages.sum(), excused.sum(), walFiles.sum());
  }
}
