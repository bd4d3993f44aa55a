package io.holdfast.postgres.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.SupportedVersion;
import org.jspecify.annotations.Nullable;

/**
 * Judges page headers as they come: each must be of this version, of this place, of the same
 * cluster as those before, and of no older timeline. Segment files are recycled, so what follows
 * the end of the log is as a rule a sound page of somewhere else (xlogreader.c,
 * XLogReaderValidatePageHeader).
 */
final class PageSequence {
  private final SupportedVersion version;
  private final int segmentSize;
  private int timeline;
  private long systemIdentifier;
  private boolean knowsSystem;

  PageSequence(SupportedVersion version, int segmentSize) {
    this.version = version;
    this.segmentSize = segmentSize;
  }

  void restart() {
    timeline = 0;
    knowsSystem = false;
  }

  /** Why the header cannot be the one of the page at {@code address}; null if it can. */
  @Nullable String fault(byte[] header, long address) {
    int magic = PageHeaderFormat.magic(header, 0);
    if (magic != version.walMagic()) {
      return magic == 0
          ? "an empty page"
          : String.format(
              "a page with magic %04X where PostgreSQL %d writes %04X",
              magic, version.major(), version.walMagic());
    }
    int flags = PageHeaderFormat.flags(header, 0);
    if (!PageHeaderFormat.areKnown(flags)) {
      return String.format("a page with unknown flags %04X", flags);
    }
    long found = PageHeaderFormat.address(header, 0);
    if (found != address) {
      return "a page that belongs to " + new Lsn(found);
    }
    int on = PageHeaderFormat.timeline(header, 0);
    if (Integer.compareUnsigned(on, timeline) < 0) {
      return "a page of timeline " + on + " after one of timeline " + timeline;
    }
    boolean starts = PageHeaderFormat.size(address, segmentSize) == PageHeaderFormat.LONG;
    if (PageHeaderFormat.isLong(flags) != starts) {
      return starts ? "a segment without its long header" : "a long header within a segment";
    }
    String fault = starts ? segmentFault(header) : null;
    if (fault == null) {
      timeline = on;
    }
    return fault;
  }

  private @Nullable String segmentFault(byte[] header) {
    int size = PageHeaderFormat.segmentSize(header, 0);
    if (size != segmentSize) {
      return "a segment of " + Integer.toUnsignedString(size) + " bytes, not of " + segmentSize;
    }
    int page = PageHeaderFormat.pageSize(header, 0);
    if (page != PageHeaderFormat.PAGE) {
      return "WAL pages of " + Integer.toUnsignedString(page) + " bytes, not of 8192";
    }
    long system = PageHeaderFormat.systemIdentifier(header, 0);
    if (knowsSystem && system != systemIdentifier) {
      return "a segment of another cluster, " + Long.toUnsignedString(system);
    }
    systemIdentifier = system;
    knowsSystem = true;
    return null;
  }
}
