package io.holdfast.operations.wal;

import io.holdfast.postgres.WalPageHeader;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ships the segment under way piece by piece, and keeps the number of pieces small by replacing
 * sixteen of a kind with one: a segment of a quiet server may be under way for days.
 *
 * <p>Parts that are there already, from a receiver that was killed or from a try that a required
 * site did not take, are brought to all sites, and compared with what the server sends now before
 * anything is built on them. So is the whole segment, where the server's archiver was faster:
 * nothing has to be shipped then.
 */
final class PartShipper {
  static final int MAX_PART = 4 << 20;
  private static final int FAN_IN = 16;

  private final WalArchive archive;
  private final SpoolSegment spool;
  private final List<Shipped> shipped = new ArrayList<>();
  private final PartCover found;
  private final boolean whole;
  private long compared;
  private long reached;
  private @Nullable FactsScanner scanner;

  private record Shipped(WalItem.Part part, int level, WalFacts facts) {}

  /**
   * @param look whether the repository may hold parts of the segment already
   */
  PartShipper(WalArchive archive, SpoolSegment spool, boolean look) {
    this.archive = archive;
    this.spool = spool;
    this.whole = archive.hasWhole(spool.segment());
    List<WalItem.Part> parts = look ? archive.parts(spool.segment()) : List.of();
    this.found = new PartCover();
    parts.forEach(found::add);
    this.reached = found.reached();
    if (whole || !found.chosen().isEmpty()) {
      archive.spread(spool.segment(), found.chosen());
    }
    found.chosen().forEach(p -> shipped.add(new Shipped(p, 0, archive.facts(p))));
  }

  /**
   * Ships what is new.
   *
   * @return how many bytes from the segment's start are durable and known to be the server's
   */
  long ship() {
    long written = spool.written();
    compareFound(written);
    if (whole) {
      return compared;
    }
    if (compared < found.reached()) {
      return compared;
    }
    if (written < WalPageHeader.SIZE) {
      return reached;
    }
    while (reached < written) {
      int length = (int) Math.min(MAX_PART, written - reached);
      WalFacts facts;
      try (PartRoom room = PartRoom.of(length)) {
        facts = scan(room.bytes(), length);
        archive.putPart(spool.segment(), (int) reached, room.bytes(), 0, length, facts);
      }
      add(new WalItem.Part(spool.segment(), reached, reached + length, 0), 0, facts);
      reached += length;
    }
    return reached;
  }

  /** Compares parts that were there before with the bytes now at hand. */
  void compareFound(long written) {
    long upTo = whole ? written : Math.min(found.reached(), written);
    if (upTo <= compared) {
      return;
    }
    if (whole) {
      archive.readWhole(spool.segment(), new Comparison(upTo));
    } else {
      archive.readParts(spool.segment(), found, new Comparison(upTo));
    }
    compared = upTo;
  }

  /** Reads the next bytes; those before them are scanned first if they were not. */
  private WalFacts scan(byte[] bytes, int length) {
    FactsScanner facts = scanner;
    if (facts == null) {
      spool.read(0, bytes, WalPageHeader.SIZE);
      int major = WalPageHeader.parse(bytes, 0).map(WalPageHeader::majorVersion).orElse(0);
      facts = new FactsScanner(major, spool.segment().size());
      for (long at = 0; at < reached; ) {
        int n = (int) Math.min(bytes.length, reached - at);
        spool.read(at, bytes, n);
        facts.feed(spool.segment().start().plus(at), bytes, 0, n);
        at += n;
      }
      facts.take();
      scanner = facts;
    }
    spool.read(reached, bytes, length);
    facts.feed(spool.segment().start().plus(reached), bytes, 0, length);
    return facts.take();
  }

  private void add(WalItem.Part part, int level, WalFacts facts) {
    shipped.add(new Shipped(part, level, facts));
    List<Shipped> run = lastRun(level);
    if (run.size() < FAN_IN) {
      return;
    }
    // Only the last of them: with a large one in front no run would ever be small enough.
    run = run.subList(run.size() - FAN_IN, run.size());
    long from = run.getFirst().part().from();
    long to = part.to();
    if (to - from <= MAX_PART) {
      replace(List.copyOf(run), from, to, level + 1);
    }
  }

  private List<Shipped> lastRun(int level) {
    int first = shipped.size();
    while (first > 0 && shipped.get(first - 1).level() == level) {
      first--;
    }
    return shipped.subList(first, shipped.size());
  }

  private void replace(List<Shipped> run, long from, long to, int level) {
    int length = (int) (to - from);
    WalFacts facts = run.stream().map(Shipped::facts).reduce(WalFacts::and).orElseThrow();
    try (PartRoom room = PartRoom.of(length)) {
      spool.read(from, room.bytes(), length);
      archive.putPart(spool.segment(), (int) from, room.bytes(), 0, length, facts);
    }
    shipped.subList(shipped.size() - run.size(), shipped.size()).clear();
    run.forEach(s -> archive.delete(s.part()));
    add(new WalItem.Part(spool.segment(), from, to, 0), level, facts);
  }

  /**
   * Takes what the repository holds and throws at the first byte that the server says otherwise.
   */
  private final class Comparison extends java.io.OutputStream {
    private final long upTo;
    private long at;
    private byte[] ours = new byte[0];

    Comparison(long upTo) {
      this.upTo = upTo;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] theirs, int offset, int length) {
      int n = (int) Math.min(length, upTo - at);
      if (n <= 0) {
        return;
      }
      if (ours.length < n) {
        ours = new byte[n];
      }
      spool.read(at, ours, n);
      int differs = java.util.Arrays.mismatch(ours, 0, n, theirs, offset, offset + n);
      if (differs >= 0) {
        throw new OtherWalException(spool.segment().start().plus(at + differs).toString());
      }
      at += n;
    }
  }

  /** The server and the repository disagree about the same stretch of WAL. */
  static final class OtherWalException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    OtherWalException(String lsn) {
      super(
          ExitStatus.REPOSITORY_FAILED,
          "could not continue the WAL archive: expected the WAL that it holds already, found other"
              + " bytes from "
              + lsn
              + " on",
          "Two servers may be archiving as the same cluster, or a server was restored without a"
              + " new timeline. Nothing was overwritten.");
    }
  }
}
