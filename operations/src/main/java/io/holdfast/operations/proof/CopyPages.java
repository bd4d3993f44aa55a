package io.holdfast.operations.proof;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.RelationFile;
import io.holdfast.vocabulary.Progress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads every page of every fork of a copy whose server was stopped, and compares it with its
 * checksum. No page is excused: recovery is over.
 */
final class CopyPages {
  private static final int AT_ONCE = 1 << 20;

  private final Ledger ledger;
  private final Progress progress;
  private final PageChecksum checksum = new PageChecksum();
  private final byte[] buffer = new byte[AT_ONCE];
  private long pages;

  CopyPages(Ledger ledger, Progress progress) {
    this.ledger = ledger;
    this.progress = progress;
  }

  /**
   * @param blocksPerSegment of the files
   * @return what was established
   */
  String check(Path data, int blocksPerSegment) {
    DataDirectory directory = DataDirectory.open(data);
    progress.begin("reading every page of the copy", 0);
    try (EntryReader reader = EntryReader.local(data)) {
      directory.walk(entry ->
          entry
              .relation()
              .ifPresent(file -> {
                try {
                  check(reader, entry, file, blocksPerSegment);
                } catch (NoSuchFileException e) {
                  ledger.finding(FindingCode.PAGE_DAMAGED, entry.path(), "the file vanished");
                }
              }));
    } finally {
      progress.end();
    }
    return String.format(Locale.ROOT, "%,d pages of the copy fit their checksums", pages);
  }

  private void check(EntryReader reader, Entry entry, RelationFile file, int blocksPerSegment)
      throws NoSuchFileException {
    try (EntryReader.OpenFile open = reader.open(entry)) {
      long at = 0;
      int read = open.read(at, buffer, 0, AT_ONCE);
      while (read > 0) {
        for (int offset = 0; offset + PageChecksum.PAGE <= read; offset += PageChecksum.PAGE) {
          long block = (long) file.segment() * blocksPerSegment + (at + offset) / PageChecksum.PAGE;
          pages++;
          if (checksum.check(buffer, offset, block, null) == PageChecksum.Verdict.BAD) {
            ledger.finding(
                FindingCode.PAGE_DAMAGED,
                entry.path(),
                "block " + block + " does not fit its checksum");
          }
        }
        at += read;
        read = open.read(at, buffer, 0, AT_ONCE);
      }
    }
  }
}
