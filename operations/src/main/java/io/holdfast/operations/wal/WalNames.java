package io.holdfast.operations.wal;

import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.SealedObjects.Entry;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in the area "wal" of a cluster's archive:
 *
 * <pre>
 * {system id, decimal}/{timeline, 8 hex}/{file name}                       segment, .history, .backup, .partial
 * {system id, decimal}/{timeline, 8 hex}/{segment}.part/{from}-{to}        8 hex each: byte offsets in the segment
 * </pre>
 *
 * Hexadecimal is upper case, as PostgreSQL writes it, so that names sort by position.
 */
record WalNames(long systemIdentifier, int segmentSize) {
  static final String AREA = "wal";

  private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
  private static final Pattern OTHER =
      Pattern.compile("([0-9A-F]{8})[0-9A-F]{16}(\\.[0-9A-F]{8}\\.backup|\\.partial)");
  private static final Pattern PART =
      Pattern.compile("([0-9A-F]{24})\\.part/([0-9A-F]{8})-([0-9A-F]{8})");

  String server() {
    return Long.toUnsignedString(systemIdentifier);
  }

  String timeline(int timeline) {
    return server() + "/" + hex(timeline);
  }

  /** The object that holds a file PostgreSQL archives; empty if PostgreSQL has no such names. */
  Optional<String> file(String name) {
    return kind(name).map(item -> server() + "/" + name.substring(0, 8) + "/" + name);
  }

  String segment(WalSegment segment) {
    return timeline(segment.timeline()) + "/" + segment.name();
  }

  String history(int timeline) {
    return timeline(timeline) + "/" + TimelineHistory.fileName(timeline);
  }

  String parts(WalSegment segment) {
    return segment(segment) + ".part";
  }

  String part(WalSegment segment, long from, long to) {
    return parts(segment) + "/" + hex((int) from) + "-" + hex((int) to);
  }

  /** What an object is; empty for names that are none of ours. */
  Optional<WalItem> item(Entry entry) {
    String[] steps = entry.name().split("/", 3);
    return steps.length < 3 || !steps[0].equals(server())
        ? Optional.empty()
        : item(steps[2], entry.storedSize());
  }

  /** What kind of file PostgreSQL means by a name. */
  Optional<WalItem> kind(String name) {
    return item(name, 0).filter(item -> !(item instanceof WalItem.Part));
  }

  private Optional<WalItem> item(String name, long stored) {
    Optional<WalSegment> segment = WalSegment.parse(name, segmentSize);
    if (segment.isPresent()) {
      return segment.map(s -> new WalItem.Segment(s, stored));
    }
    Matcher part = PART.matcher(name);
    if (part.matches()) {
      return WalSegment.parse(part.group(1), segmentSize)
          .map(s -> new WalItem.Part(s, unhex(part.group(2)), unhex(part.group(3)), stored));
    }
    Matcher history = HISTORY.matcher(name);
    if (history.matches()) {
      return Optional.of(new WalItem.History((int) unhex(history.group(1)), stored));
    }
    Matcher other = OTHER.matcher(name);
    return other.matches()
        ? Optional.of(new WalItem.Other(name, (int) unhex(other.group(1)), stored))
        : Optional.empty();
  }

  static HoldfastException notAWalFile(String name) {
    return new HoldfastException(
        ExitStatus.USAGE,
        "'" + name + "' is not the name of a WAL segment, history, backup or partial file",
        "Use %f and %p as PostgreSQL fills them in.");
  }

  private static String hex(int value) {
    return String.format("%08X", value);
  }

  private static long unhex(String digits) {
    return Long.parseLong(digits, 16);
  }
}
