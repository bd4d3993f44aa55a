package io.holdfast.operations.wal;

import io.holdfast.operations.changes.SegmentReading;
import io.holdfast.operations.changes.SummaryKeeper;
import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.SealedObject;
import io.holdfast.repository.SealedObjects;
import io.holdfast.repository.SealedObjects.Put;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Together;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The WAL of one server in the repository. What PostgreSQL calls a segment lies here under the same
 * name; of a segment that is not complete yet there are parts, which together give its beginning.
 * Every put is durable on return. Thread-safe, holds nothing between calls.
 */
public final class WalArchive {
  /** Segments that {@link #lastCommitTime} looks back over: an idle server commits rarely. */
  private static final int LOOK_BACK = 16;

  /** Parts may be replaced while they are read: a receiver does that, but not many times. */
  private static final int ATTEMPTS = 5;

  private static final String SEGMENT_SIZE = "segment-size";
  private static final String VERSION_OF_HISTORY = "timeline";

  private final SealedObjects objects;
  private final SummaryStore summaries;
  private final WalNames names;
  private final SegmentGuard guard;

  /** The area of all archived WAL; the server is the first step of a name. */
  public static final String AREA = WalNames.AREA;

  private WalArchive(SealedObjects objects, SummaryStore summaries, WalNames names) {
    this.objects = objects;
    this.summaries = summaries;
    this.names = names;
    this.guard = new SegmentGuard(names.systemIdentifier(), names.segmentSize(), this::history);
  }

  /** The archive of the server with that identity; nothing need be there yet. */
  public static WalArchive of(ClusterArchive cluster, long systemIdentifier, int segmentSize) {
    return new WalArchive(
        cluster.objects(WalNames.AREA),
        new SummaryStore(cluster, systemIdentifier),
        new WalNames(systemIdentifier, segmentSize));
  }

  /** What an object of the WAL archive is, by its name; empty for names that are none of ours. */
  public static Optional<WalItem> item(long systemIdentifier, int segmentSize, String name) {
    return new WalNames(systemIdentifier, segmentSize).item(new SealedObjects.Entry(name, 0));
  }

  /** As above, with the segment size told by what lies there; empty if nothing does. */
  public static Optional<WalArchive> find(ClusterArchive cluster, long systemIdentifier) {
    SealedObjects objects = cluster.objects(WalNames.AREA);
    return new FirstSegment(objects, Long.toUnsignedString(systemIdentifier))
        .find()
        .map(head -> Integer.parseInt(head.attributes().getOrDefault(SEGMENT_SIZE, "0")))
        .map(size -> of(cluster, systemIdentifier, size));
  }

  /** System identifiers that have WAL in the cluster's archive; more than one after an upgrade. */
  public static List<Long> systemIdentifiers(ClusterArchive cluster) {
    return cluster.objects(WalNames.AREA).folders().stream()
        .filter(name -> name.chars().allMatch(c -> c >= '0' && c <= '9'))
        .map(Long::parseUnsignedLong)
        .sorted(Long::compareUnsigned)
        .toList();
  }

  public long systemIdentifier() {
    return names.systemIdentifier();
  }

  public int segmentSize() {
    return names.segmentSize();
  }

  /**
   * Stores a whole segment. The same bytes again are success.
   *
   * @throws io.holdfast.repository.DifferentContentException if the archive holds other bytes
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if the file is not that segment of
   *     this server: size, version, system identifier, timeline or address do not fit
   */
  public Put put(WalSegment segment, Path content) {
    int major = check(segment, content);
    WalFacts facts = facts(segment, content, new FactsScanner(major, segmentSize()));
    return store(segment, content, facts);
  }

  /**
   * As above, and has a summary kept of what the segment changed: read in the same pass, stored
   * after the segment and aside from it.
   */
  Put put(WalSegment segment, Path content, SummaryKeeper summaries) {
    int major = check(segment, content);
    List<SegmentReading> readings = new ArrayList<>(1);
    WalFacts facts;
    try {
      FactsScanner scanner =
          FactsScanner.beside(
              major,
              see -> {
                SegmentReading reading = new SegmentReading(major, segment, see);
                readings.add(reading);
                return reading;
              });
      facts = facts(segment, content, scanner);
    } catch (HoldfastException e) {
      throw e;
    } catch (RuntimeException e) {
      summaries.failed(segment, e);
      return put(segment, content);
    }
    Put put = store(segment, content, facts);
    readings.forEach(summaries::archived);
    return put;
  }

  /** Keeps summaries of segments that are put, until it is closed. */
  SummaryKeeper keepSummaries(Progress progress) {
    return new SummaryKeeper(summaries, progress);
  }

  /** The version that wrote it. */
  private int check(WalSegment segment, Path content) {
    try (InputStream in = Files.newInputStream(content)) {
      guard.checkSize(segment, Files.size(content));
      byte[] head = in.readNBytes(WalPageHeader.SIZE);
      return guard.check(segment, head, 0, head.length).majorVersion();
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  private static WalFacts facts(WalSegment segment, Path content, FactsScanner scanner) {
    try (InputStream wal = Files.newInputStream(content)) {
      return scanner.read(segment.start(), wal);
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  private Put store(WalSegment segment, Path content, WalFacts facts) {
    requireSameAsParts(segment, content);
    return objects.put(names.segment(segment), content, attributes(facts));
  }

  /** A whole segment stands before its parts, so it must not say anything else than they do. */
  private void requireSameAsParts(WalSegment segment, Path content) {
    for (int attempt = 1; ; attempt++) {
      try {
        compareWithParts(segment, content);
        return;
      } catch (PartsChangedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void compareWithParts(WalSegment segment, Path content) {
    PartCover cover = cover(segment);
    if (cover.reached() == 0) {
      return;
    }
    try (InputStream whole = new BufferedInputStream(Files.newInputStream(content), 1 << 16)) {
      readParts(segment, cover, new SameAs(whole, segment));
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  /** As above, for whole bytes in memory. */
  public Put put(WalSegment segment, byte[] content) {
    guard.checkSize(segment, content.length);
    int major = guard.check(segment, content, 0, content.length).majorVersion();
    WalFacts facts;
    try (InputStream wal = new ByteArrayInputStream(content)) {
      facts = FactsScanner.read(major, segmentSize(), segment.start(), wal);
    } catch (IOException e) {
      throw new AssertionError("memory cannot fail", e);
    }
    return objects.put(names.segment(segment), content, 0, content.length, attributes(facts));
  }

  /** Stores a history file after reading it. */
  public Put putHistory(int timeline, byte[] content) {
    TimelineHistory history = TimelineHistory.parse(timeline, content);
    return objects.put(
        names.history(timeline),
        content,
        0,
        content.length,
        Map.of(VERSION_OF_HISTORY, Integer.toUnsignedString(history.timeline())));
  }

  /**
   * Stores bytes of an unfinished segment that were not stored before.
   *
   * @param from offset in the segment of the first byte
   */
  public Put putPart(
      WalSegment segment, int from, byte[] bytes, int offset, int length, WalFacts facts) {
    if (from == 0) {
      guard.check(segment, bytes, offset, length);
    }
    return objects.put(
        names.part(segment, from, (long) from + length), bytes, offset, length, attributes(facts));
  }

  /** Brings what was found of a segment to all sites: only then it may be taken for stored. */
  void spread(WalSegment segment, List<WalItem.Part> parts) {
    if (hasWhole(segment)) {
      objects.spread(names.segment(segment));
    } else {
      parts.forEach(p -> objects.spread(names.part(p.segment(), p.from(), p.to())));
    }
  }

  /** The parts of a segment that are there, needed or not, by beginning and end. */
  public List<WalItem.Part> parts(WalSegment segment) {
    List<WalItem.Part> parts = new ArrayList<>();
    objects.list(
        names.parts(segment),
        entry ->
            names
                .item(entry)
                .filter(WalItem.Part.class::isInstance)
                .map(WalItem.Part.class::cast)
                .ifPresent(parts::add));
    return parts;
  }

  /** Removes the parts of a segment that is there as a whole. */
  public void deleteParts(WalSegment segment) {
    parts(segment).forEach(this::delete);
  }

  /** Removes one part whose bytes another object holds too. */
  void delete(WalItem.Part part) {
    objects.delete(names.part(part.segment(), part.from(), part.to()));
  }

  /**
   * Removes what nobody needs any more; whether that is so is the caller's to know.
   *
   * @throws IllegalArgumentException for a history file: they are kept for ever
   */
  public void remove(WalItem item) {
    switch (item) {
      case WalItem.Segment s -> objects.delete(names.segment(s.segment()));
      case WalItem.Part p -> delete(p);
      case WalItem.Other o -> objects.delete(names.file(o.name()).orElseThrow());
      case WalItem.History h ->
          throw new IllegalArgumentException("history files are kept: " + h.timeline());
    }
  }

  /** Stores any file that PostgreSQL archives, by its name; the rules above hold for each kind. */
  public Put putFile(String name, Path content) {
    return putFile(name, content, segment -> put(segment, content));
  }

  /** As above, and has summaries kept of segments. */
  Put putFile(String name, Path content, SummaryKeeper summaries) {
    return putFile(name, content, segment -> put(segment, content, summaries));
  }

  private Put putFile(String name, Path content, Function<WalSegment, Put> segments) {
    WalItem kind = names.kind(name).orElseThrow(() -> WalNames.notAWalFile(name));
    return switch (kind) {
      case WalItem.Segment s -> segments.apply(s.segment());
      case WalItem.History h -> putHistory(h.timeline(), smallFile(content));
      case WalItem.Other o -> putOther(name, content);
      case WalItem.Part p -> throw WalNames.notAWalFile(name);
    };
  }

  private Put putOther(String name, Path content) {
    if (name.endsWith(".partial")) {
      try (InputStream in = Files.newInputStream(content)) {
        WalSegment segment = WalSegment.parse(name.substring(0, 24), segmentSize()).orElseThrow();
        byte[] head = in.readNBytes(WalPageHeader.SIZE);
        guard.check(segment, head, 0, head.length);
      } catch (IOException e) {
        throw unreadable(content, e);
      }
    }
    return objects.put(
        names.file(name).orElseThrow(), content, Map.of(SEGMENT_SIZE, "" + segmentSize()));
  }

  private static byte[] smallFile(Path content) {
    try (InputStream in = Files.newInputStream(content)) {
      return in.readNBytes(16 << 20);
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  /**
   * Whether a file can be fetched, whole or from parts. Reads no content.
   *
   * @param name of a segment, history, {@code .backup} or {@code .partial} file
   */
  public boolean has(String name) {
    String object = names.file(name).orElseThrow(() -> WalNames.notAWalFile(name));
    return objects.find(object).isPresent()
        || WalSegment.parse(name, segmentSize()).map(s -> cover(s).reached() > 0).orElse(false);
  }

  /** What a part told when it was stored. */
  WalFacts facts(WalItem.Part part) {
    return objects
        .find(names.part(part.segment(), part.from(), part.to()))
        .map(head -> WalFacts.of(head.attributes()))
        .orElseThrow(() -> new PartsChangedException(part.segment()));
  }

  /** Writes what the parts of a segment give, without zeros after it. */
  void readParts(WalSegment segment, PartCover cover, OutputStream to) {
    new PartAssembly(objects, names, segment).writeParts(cover, to);
  }

  /** Writes a segment that is there whole. */
  void readWhole(WalSegment segment, OutputStream to) {
    var _ =
        objects
            .get(names.segment(segment), to)
            .orElseThrow(() -> new PartsChangedException(segment));
  }

  /** Whether the whole segment is there. */
  public boolean hasWhole(WalSegment segment) {
    return objects.find(names.segment(segment)).isPresent();
  }

  /** Bytes of the segment from its start that are there. Reads names only. */
  public long reach(WalSegment segment) {
    return hasWhole(segment) ? segment.size() : cover(segment).reached();
  }

  /**
   * Writes a file. A segment has its full size always: if only its beginning is in the archive the
   * rest is zeros, where recovery stops cleanly.
   *
   * @return empty if the archive, having been asked, has nothing under the name; nothing was
   *     written then
   * @throws io.holdfast.vocabulary.HoldfastException for everything else: never mistaken for
   *     missing
   */
  public Optional<FetchedWal> fetch(String name, OutputStream to) {
    String object = names.file(name).orElseThrow(() -> WalNames.notAWalFile(name));
    // Asked again after the parts: they go away when the whole segment has come.
    return whole(name, object, to).or(() -> fromParts(name, to)).or(() -> whole(name, object, to));
  }

  private Optional<FetchedWal> whole(String name, String object, OutputStream to) {
    return objects.get(object, to).map(o -> new FetchedWal(name, o.length(), o.length()));
  }

  private Optional<FetchedWal> fromParts(String name, OutputStream to) {
    return WalSegment.parse(name, segmentSize())
        .flatMap(s -> new PartAssembly(objects, names, s).write(cover(s), to));
  }

  /** As above, into a file that appears whole and fsynced, or not at all. */
  public Optional<FetchedWal> fetch(String name, Path to) {
    for (int attempt = 1; ; attempt++) {
      try {
        return DurableFile.write(to, out -> fetch(name, out));
      } catch (PartsChangedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  PartCover cover(WalSegment segment) {
    PartCover cover = new PartCover();
    parts(segment).forEach(cover::add);
    return cover;
  }

  /** What lies there, timeline by timeline in name order. Reads names only. */
  public void list(Consumer<WalItem> consumer) {
    objects.list(names.server(), entry -> names.item(entry).ifPresent(consumer));
  }

  /** Timelines that have anything, ascending. */
  public List<Integer> timelines() {
    TreeSet<Integer> timelines = new TreeSet<>(Integer::compareUnsigned);
    list(item -> timelines.add(timeline(item)));
    return List.copyOf(timelines);
  }

  private static int timeline(WalItem item) {
    return switch (item) {
      case WalItem.Segment s -> s.segment().timeline();
      case WalItem.Part p -> p.segment().timeline();
      case WalItem.History h -> h.timeline();
      case WalItem.Other o -> o.timeline();
    };
  }

  /** The ancestors of a timeline. Timeline 1 has none; empty if the history file is missing. */
  public Optional<TimelineHistory> history(int timeline) {
    if (timeline == 1) {
      return Optional.of(TimelineHistory.root(1));
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return objects
        .get(names.history(timeline), content)
        .map(head -> TimelineHistory.parse(timeline, content.toByteArray()));
  }

  /** Everything that can be said from names and history files, in one pass over the names. */
  public WalInventory inventory() {
    SortedMap<Integer, RangeBuilder> builders = new java.util.TreeMap<>(Integer::compareUnsigned);
    TreeSet<Integer> descended = new TreeSet<>(Integer::compareUnsigned);
    long[] sums = new long[2];
    list(item -> {
      builders.computeIfAbsent(timeline(item), RangeBuilder::new).add(item);
      if (item instanceof WalItem.History h) {
        descended.add(h.timeline());
      }
      sums[0] += item instanceof WalItem.Segment ? 1 : 0;
      sums[1] += item.storedBytes();
    });
    SortedMap<Integer, List<WalRange>> ranges = WalInventory.byTimeline();
    builders.forEach((timeline, builder) -> ranges.put(timeline, builder.finish()));
    Map<Integer, TimelineHistory> histories = new HashMap<>();
    Together.ask(List.copyOf(descended), this::history).stream()
        .flatMap(Optional::stream)
        .forEach(history -> histories.put(history.timeline(), history));
    return new WalInventory(segmentSize(), ranges, histories, sums[0], sums[1]);
  }

  /** What of a timeline's own files is there without holes, ascending. Reads names only. */
  public List<WalRange> ranges(int timeline) {
    RangeBuilder builder = new RangeBuilder(timeline);
    objects.list(names.timeline(timeline), entry -> names.item(entry).ifPresent(builder::add));
    return builder.finish();
  }

  /** {@link WalInventory#coverage}, listing the timelines of that path only. */
  public List<WalRange> coverage(TimelineHistory path) {
    return along(path).coverage(path);
  }

  /** Whether everything from {@code from} up to {@code to} along the path is there. */
  public boolean covers(TimelineHistory path, Lsn from, Lsn to) {
    return along(path).covers(path, from, to);
  }

  /** What of it is missing along the path, ascending; empty if nothing is. */
  public List<WalGap> missing(TimelineHistory path, Lsn from, Lsn to) {
    return along(path).missing(path, from, to);
  }

  /** How far WAL goes without a hole along the path; {@code from} itself if it is not there. */
  public Lsn reach(TimelineHistory path, Lsn from) {
    return along(path).reach(path, from);
  }

  private WalInventory along(TimelineHistory path) {
    SortedMap<Integer, List<WalRange>> ranges = WalInventory.byTimeline();
    path.ancestors().forEach(a -> ranges.put(a.timeline(), ranges(a.timeline())));
    ranges.put(path.timeline(), ranges(path.timeline()));
    return new WalInventory(segmentSize(), ranges, Map.of(path.timeline(), path), 0, 0);
  }

  /** Holes in what was archived, path by path. */
  public List<WalGap> gaps() {
    return inventory().gaps();
  }

  /**
   * When the last transaction ended (by commit or abort) whose record ends at or before {@code end}
   * on the path to the timeline; looks back over a few segments, and over none that is missing, and
   * is empty if none of them has such a record.
   */
  public Optional<Instant> lastCommitTime(int timeline, Lsn end) {
    TimelineHistory path = history(timeline).orElse(TimelineHistory.root(timeline));
    Lsn at = end;
    for (int i = 0; i < LOOK_BACK && at.isAfter(new Lsn(0)); i++) {
      WalSegment segment =
          WalSegment.holding(path.timelineAt(at.plus(-1)), at.plus(-1), segmentSize());
      Optional<WalFacts> facts = facts(segment, path);
      if (facts.isEmpty()) {
        return Optional.empty();
      }
      Optional<Instant> time = lastCommit(segment, facts.get(), end);
      if (time.isPresent()) {
        return time;
      }
      at = segment.start();
    }
    return Optional.empty();
  }

  /** Where the parent's last segment is not there, its child's first holds a copy. */
  private Optional<WalFacts> facts(WalSegment segment, TimelineHistory path) {
    int newest = path.timelineAt(segment.end().plus(-1));
    Optional<WalFacts> facts = facts(segment);
    return facts.isPresent() || newest == segment.timeline()
        ? facts
        : facts(segment.onTimeline(newest));
  }

  private Optional<Instant> lastCommit(WalSegment segment, WalFacts facts, Lsn end) {
    return facts.validUpTo().filter(valid -> !valid.isAfter(end)).isPresent()
        ? facts.lastCommit()
        : scan(segment, end);
  }

  private Optional<Instant> scan(WalSegment segment, Lsn end) {
    ScanningStream scan = new ScanningStream(segment, end);
    return fetch(segment.name(), scan).flatMap(fetched -> scan.facts().lastCommit());
  }

  /** What a whole segment, or its parts together, told when it was stored. Reads heads only. */
  public Optional<WalFacts> facts(WalSegment segment) {
    return objects
        .find(names.segment(segment))
        .map(head -> WalFacts.of(head.attributes()))
        .or(() -> partFacts(segment));
  }

  private Optional<WalFacts> partFacts(WalSegment segment) {
    return cover(segment).chosen().stream()
        .flatMap(p -> objects.find(names.part(segment, p.from(), p.to())).stream())
        .map(SealedObject::attributes)
        .map(WalFacts::of)
        .reduce(WalFacts::and);
  }

  private Map<String, String> attributes(WalFacts facts) {
    Map<String, String> attributes = facts.attributes();
    attributes.put(SEGMENT_SIZE, Integer.toString(segmentSize()));
    return attributes;
  }

  private static HoldfastException unreadable(Path content, IOException e) {
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not read WAL file " + content + ": " + FileTrouble.reason(e),
        "Check that the file exists and may be read by this user.",
        e);
  }
}
