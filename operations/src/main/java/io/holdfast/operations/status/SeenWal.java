package io.holdfast.operations.status;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which WAL a site has, in eight bytes for each file: enough to count what it lacks of what another
 * one has.
 */
final class SeenWal {
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  /** Server, timeline, position; then nothing, or what it is of the segment. */
  private static final Pattern POSITIONED =
      Pattern.compile("(\\d+)/([0-9A-F]{8})/[0-9A-F]{8}([0-9A-F]{16})(.*)");

  private static final Numbers NONE = new Numbers();

  /** By server, timeline and end of the name. */
  private final Map<Kind, Numbers> positioned = new HashMap<>();

  private final Numbers others = new Numbers();

  private record Kind(String server, String timeline, String end) {}

  void add(String name) {
    Matcher parts = POSITIONED.matcher(name);
    if (parts.matches()) {
      positioned
          .computeIfAbsent(
              new Kind(parts.group(1), parts.group(2), parts.group(4)), kind -> new Numbers())
          .add(Long.parseUnsignedLong(parts.group(3), 16));
    } else {
      others.add(hash(name));
    }
  }

  /** FNV-1a, 64 bits. */
  private static long hash(String name) {
    long hash = BASIS;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * PRIME;
    }
    return hash;
  }

  /**
   * @param pruned whether what lies before the first segment of a server was removed on purpose
   */
  long lacksOf(SeenWal other, boolean pruned) {
    long lacks = others.lacksOf(other.others, number -> true);
    for (Map.Entry<Kind, Numbers> each : other.positioned.entrySet()) {
      long from = pruned ? first(each.getKey().server()) : Long.MIN_VALUE;
      lacks +=
          positioned.getOrDefault(each.getKey(), NONE).lacksOf(each.getValue(), at -> at >= from);
    }
    return lacks;
  }

  private long first(String server) {
    return positioned.entrySet().stream()
        .filter(each -> each.getKey().server().equals(server) && each.getKey().end().isEmpty())
        .flatMapToLong(each -> each.getValue().stream())
        .min()
        .orElse(Long.MIN_VALUE);
  }
}
