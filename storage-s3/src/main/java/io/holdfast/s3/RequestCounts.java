package io.holdfast.s3;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts requests by kind, repeated ones too: each costs money. Thread-safe. */
public final class RequestCounts {
  private final Map<RequestKind, LongAdder> counts = new EnumMap<>(RequestKind.class);

  public RequestCounts() {
    for (RequestKind kind : RequestKind.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  public void add(RequestKind kind) {
    LongAdder count = counts.get(kind);
    if (count != null) {
      count.increment();
    }
  }

  public long of(RequestKind kind) {
    LongAdder count = counts.get(kind);
    return count == null ? 0 : count.sum();
  }

  /** Whether there was any request at all. */
  public boolean any() {
    return counts.values().stream().anyMatch(count -> count.sum() > 0);
  }

  /** All kinds, zeros too, in the order of their declaration. */
  public Map<RequestKind, Long> all() {
    Map<RequestKind, Long> all = new EnumMap<>(RequestKind.class);
    counts.forEach((kind, count) -> all.put(kind, count.sum()));
    return all;
  }

  /** {@code 12 PUT, 3 GET}; kinds that did not occur are left out. */
  @Override
  public String toString() {
    return all().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
