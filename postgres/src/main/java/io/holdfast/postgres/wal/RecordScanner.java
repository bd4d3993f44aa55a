package io.holdfast.postgres.wal;

import io.holdfast.postgres.ChangeListener;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes WAL apart as it comes, in pieces of any size (xlogreader.c turned inside out). Bytes are
 * page headers, padding, or parts of a record; where a page ends inside a record, the next header
 * must announce exactly what is missing.
 */
public final class RecordScanner implements WalScanner {
  /** MaxAllocSize: the server itself can read no longer record. */
  private static final long MAX_RECORD = 0x3FFFFFFF;

  private static final long NONE = -1;

  private enum State {
    /** Between records, or in the header of one. */
    HEADER,
    BODY,
    /** In the rest of a record that began before the first page. */
    FOREIGN,
    /** After a switch, up to the end of the segment. */
    VOID,
    ENDED
  }

  private final SupportedVersion version;
  private final int segmentSize;
  private final RecordSink sink;
  private final MainData mainData;
  private final PageSequence pages;
  private final RawRecord record = new RawRecord();
  private final byte[] pageHeader = new byte[PageHeaderFormat.LONG];

  private State state = State.ENDED;
  private int pageHeaderFilled;
  private boolean onFirstPage;
  private long position = NONE;
  private long missing;
  private int padding;
  private long previousStart;
  private long abandoned;
  private @Nullable Lsn validUpTo;
  private @Nullable String endReason;

  RecordScanner(SupportedVersion version, int segmentSize, RecordSink sink) {
    this.version = version;
    this.segmentSize = segmentSize;
    this.sink = sink;
    mainData = new MainData(version.major());
    pages = new PageSequence(version, segmentSize);
  }

  public static WalScanner create(
      int majorVersion, int walSegmentSize, Consumer<WalRecord> consumer) {
    RecordMeaning meanings = new RecordMeaning(known(majorVersion).major());
    return new RecordScanner(
        known(majorVersion),
        walSegmentSize,
        (record, end) -> consumer.accept(meanings.read(record, end)));
  }

  public static WalScanner create(
      int majorVersion, int walSegmentSize, Consumer<WalRecord> consumer, ChangeListener listener) {
    RecordMeaning meanings = new RecordMeaning(known(majorVersion).major());
    FileChanges changes = new FileChanges(majorVersion, listener);
    return new RecordScanner(
        known(majorVersion),
        walSegmentSize,
        (record, end) -> {
          changes.read(record);
          consumer.accept(meanings.read(record, end));
        });
  }

  private static SupportedVersion known(int majorVersion) {
    return SupportedVersion.ofMajor(majorVersion)
        .orElseThrow(() ->
            new PostgresException(
                "could not read WAL: expected a version of PostgreSQL among "
                    + SupportedVersion.list()
                    + ", found "
                    + majorVersion,
                "Use a Holdfast that knows this version of PostgreSQL.",
                null));
  }

  @Override
  public boolean feed(Lsn at, byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    boolean startsSegment = (at.value() & (segmentSize - 1)) == 0;
    if (state == State.ENDED || at.value() != position) {
      if (startsSegment) {
        begin(at.value());
      } else if (state == State.ENDED && position != NONE) {
        return false;
      } else {
        throw new IllegalArgumentException(
            "WAL fed at " + at + ": neither where the last ended nor where a segment starts");
      }
    }
    int from = offset;
    int end = offset + length;
    while (from < end && state != State.ENDED) {
      int used = isInPageHeader() ? pageHeader(bytes, from, end) : page(bytes, from, end);
      from += used;
      position += used;
    }
    return state != State.ENDED;
  }

  @Override
  public @Nullable Lsn validUpTo() {
    return validUpTo;
  }

  @Override
  public Optional<String> endReason() {
    return Optional.ofNullable(endReason);
  }

  private void begin(long at) {
    state = State.HEADER;
    position = at;
    pageHeaderFilled = 0;
    onFirstPage = true;
    missing = 0;
    padding = 0;
    previousStart = NONE;
    abandoned = NONE;
    validUpTo = null;
    endReason = null;
    record.release();
    pages.restart();
  }

  private void end(String reason) {
    state = State.ENDED;
    endReason = reason;
    record.release();
  }

  private boolean isInPageHeader() {
    return pageHeaderFilled > 0 || (position & (PageHeaderFormat.PAGE - 1)) == 0;
  }

  private int pageHeader(byte[] bytes, int from, int end) {
    long address = position - pageHeaderFilled;
    int size = PageHeaderFormat.size(address, segmentSize);
    int used = Math.min(size - pageHeaderFilled, end - from);
    System.arraycopy(bytes, from, pageHeader, pageHeaderFilled, used);
    pageHeaderFilled += used;
    if (pageHeaderFilled == size) {
      pageHeaderFilled = 0;
      if (state == State.VOID && size == PageHeaderFormat.LONG) {
        state = State.HEADER;
      }
      if (state != State.VOID) {
        enterPage(address);
      }
    }
    return used;
  }

  private void enterPage(long address) {
    String fault = pages.fault(pageHeader, address);
    if (fault != null) {
      end("found " + fault + " at " + new Lsn(address));
      return;
    }
    int flags = PageHeaderFormat.flags(pageHeader, 0);
    long remaining = PageHeaderFormat.remaining(pageHeader, 0);
    boolean continues = (flags & PageHeaderFormat.CONTINUES_RECORD) != 0;
    if ((flags & PageHeaderFormat.GIVES_UP_RECORD) != 0) {
      abandoned = isInRecord() && state != State.FOREIGN ? record.start() : NONE;
      state = State.HEADER;
      record.release();
    } else if (onFirstPage && continues) {
      state = State.FOREIGN;
      missing = remaining;
    } else if (isInRecord()) {
      checkContinuation(address, continues, remaining);
    } else if (continues) {
      end("the page at " + new Lsn(address) + " continues a record that did not begin");
    }
    onFirstPage = false;
  }

  private boolean isInRecord() {
    return state == State.BODY || state == State.FOREIGN || record.begun();
  }

  private void checkContinuation(long address, boolean continues, long remaining) {
    long expected = state == State.HEADER ? record.totalLength() - headerFilled() : missing;
    if (!continues) {
      end(inRecord() + " is cut off at " + new Lsn(address));
    } else if (remaining != expected) {
      end(
          String.format(
              "%s lacks %d bytes at %s, where the page announces %d",
              inRecord(), expected, new Lsn(address), remaining));
    }
  }

  private int headerFilled() {
    return RawRecord.HEADER - record.headerMissing();
  }

  private String inRecord() {
    return state == State.FOREIGN
        ? "the record begun before the first page"
        : "the record at " + new Lsn(record.start());
  }

  /** Takes what lies on this page, or a part of it that ends with a record, a header or padding. */
  private int page(byte[] bytes, int from, int end) {
    int pageLeft = PageHeaderFormat.PAGE - (int) (position & (PageHeaderFormat.PAGE - 1));
    int available = Math.min(end - from, pageLeft);
    if (state == State.VOID) {
      return available;
    }
    if (padding > 0) {
      int used = Math.min(padding, available);
      padding -= used;
      return used;
    }
    return switch (state) {
      case HEADER -> header(bytes, from, available);
      case BODY -> body(bytes, from, available);
      case FOREIGN -> foreign(available);
      case VOID, ENDED -> throw new IllegalStateException();
    };
  }

  private int foreign(int available) {
    int used = (int) Math.min(missing, available);
    missing -= used;
    if (missing == 0) {
      state = State.HEADER;
      padding = paddingAfter(position + used);
    }
    return used;
  }

  private int header(byte[] bytes, int from, int available) {
    if (!record.begun()) {
      record.begin(position);
    }
    int used = Math.min(record.headerMissing(), available);
    boolean knewLength = record.knowsLength();
    record.addHeader(bytes, from, used);
    if (!knewLength && record.knowsLength() && !lengthIsSound()) {
      return used;
    }
    if (record.headerMissing() == 0 && headerIsSound()) {
      record.beginBody();
      missing = record.totalLength() - RawRecord.HEADER;
      state = State.BODY;
      if (missing == 0) {
        finish(position + used);
      }
    }
    return used;
  }

  private boolean lengthIsSound() {
    long length = record.totalLength();
    if (length >= RawRecord.HEADER && length <= MAX_RECORD) {
      return true;
    }
    end(
        length == 0
            ? "found zeros at " + new Lsn(record.start())
            : "found a record of " + length + " bytes at " + new Lsn(record.start()));
    return false;
  }

  private boolean headerIsSound() {
    long previous = record.previous();
    boolean linked =
        previousStart == NONE
            ? Long.compareUnsigned(previous, record.start()) < 0
            : previous == previousStart;
    if (!linked) {
      end(
          String.format(
              "the record at %s follows one at %s, not the one before it",
              new Lsn(record.start()), new Lsn(previous)));
      return false;
    }
    if (!ResourceManagers.exists(record.resourceManager(), version.major())) {
      end(
          String.format(
              "the record at %s is of unknown resource manager %d",
              new Lsn(record.start()), record.resourceManager()));
      return false;
    }
    return true;
  }

  private int body(byte[] bytes, int from, int available) {
    if (missing <= available && missing == record.totalLength() - RawRecord.HEADER) {
      int whole = (int) missing;
      record.setBody(bytes, from, whole);
      finish(position + whole);
      return whole;
    }
    int used = (int) Math.min(missing, available);
    record.addBody(bytes, from, used);
    missing -= used;
    if (missing == 0) {
      finish(position + used);
    }
    return used;
  }

  private void finish(long at) {
    if (!record.checksumFits()) {
      end("the record at " + new Lsn(record.start()) + " has a wrong checksum");
      return;
    }
    if (abandoned != NONE && !givesUp(abandoned)) {
      end(
          String.format(
              "the record at %s does not give up the one at %s",
              new Lsn(record.start()), new Lsn(abandoned)));
      return;
    }
    abandoned = NONE;
    state = State.HEADER;
    padding = paddingAfter(at);
    long end = at + padding;
    if (RecordMeaning.isXlog(record, RecordMeaning.SWITCH)) {
      end = (end + segmentSize - 1) & -segmentSize;
      if (end != at + padding) {
        state = State.VOID;
        padding = 0;
      }
    }
    previousStart = record.start();
    validUpTo = new Lsn(end);
    sink.accept(record, end);
    record.release();
  }

  private boolean givesUp(long given) {
    return RecordMeaning.isXlog(record, RecordMeaning.OVERWRITE_CONTRECORD)
        && mainData.of(record).filter(d -> d.remaining() >= 8 && d.getLong() == given).isPresent();
  }

  private static int paddingAfter(long at) {
    return (int) (-at & 7);
  }
}
