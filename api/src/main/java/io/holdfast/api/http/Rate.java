package io.holdfast.api.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * So many in a row, and then another one each time a while has passed; for each key by itself. Of
 * keys the last ones are remembered: whoever has that many addresses is not stopped by this.
 * Thread-safe.
 */
final class Rate<K> {
  private static final int KEYS = 4096;

  private final int burst;
  private final long every;
  private final LongSupplier nanoTime;
  private final Map<K, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
          return size() > KEYS;
        }
      };

  /**
   * @param left how many may come now
   * @param since when that was so
   */
  private record Bucket(int left, long since) {}

  Rate(int burst, Duration every, LongSupplier nanoTime) {
    this.burst = burst;
    this.every = every.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Whether one may come now; if so it counts. */
  synchronized boolean take(K key) {
    long now = nanoTime.getAsLong();
    Bucket bucket = filled(buckets.getOrDefault(key, new Bucket(burst, now)), now);
    boolean may = bucket.left() > 0;
    buckets.put(key, may ? new Bucket(bucket.left() - 1, bucket.since()) : bucket);
    return may;
  }

  private Bucket filled(Bucket bucket, long now) {
    long more = (now - bucket.since()) / every;
    return bucket.left() + more >= burst
        ? new Bucket(burst, now)
        : new Bucket((int) (bucket.left() + more), bucket.since() + more * every);
  }
}
