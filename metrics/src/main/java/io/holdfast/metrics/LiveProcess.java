package io.holdfast.metrics;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What only the process itself knows of what it does.
 *
 * @param requests that it has made of buckets until now, by kind
 */
public record LiveProcess(
    LiveReceivers receivers, LiveChannels channels, Supplier<Map<String, Long>> requests) {
  /** One that looks once and ends: its requests would only look like a count. */
  public static final LiveProcess NONE =
      new LiveProcess(LiveReceivers.NONE, LiveChannels.NONE, Map::of);
}
