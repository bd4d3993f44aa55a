package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** How the receiver stands, for whoever asks, and one line of it now and then. Thread-safe. */
final class Standing {
  private static final Duration LINE_EVERY = Duration.ofSeconds(60);

  private final Progress progress;
  private final InstantSource clock;
  private final SafePoint safe = new SafePoint();
  private String phase = "connecting";
  private int timeline;
  private Lsn received = new Lsn(0);
  private Lsn serverFlushed = new Lsn(0);
  private int skips;
  private Instant lastLine = Instant.EPOCH;

  Standing(Progress progress, InstantSource clock) {
    this.progress = progress;
    this.clock = clock;
  }

  synchronized void phase(String now) {
    phase = now;
  }

  synchronized void streaming(int onTimeline, Lsn from) {
    phase = "streaming";
    timeline = onTimeline;
    received = from;
    progress.note(
        "streaming WAL from " + from + " on timeline " + Integer.toUnsignedString(onTimeline));
  }

  /** WAL was left out that the server no longer has. */
  synchronized void skipped() {
    skips++;
  }

  synchronized void data(Lsn flushed, Instant sent) {
    serverFlushed = flushed;
    safe.data(flushed, sent);
  }

  synchronized void keepAlive(Lsn sentUpTo, Instant sent) {
    serverFlushed = sentUpTo.isAfter(serverFlushed) ? sentUpTo : serverFlushed;
    safe.keepAlive(sentUpTo, sent);
  }

  synchronized void quiet() {
    safe.quiet();
  }

  synchronized void reached(Lsn newReceived, Lsn newDurable) {
    received = newReceived;
    Optional<Instant> until = safe.until(newDurable);
    Instant now = clock.instant();
    if (until.isPresent() && Duration.between(lastLine, now).compareTo(LINE_EVERY) >= 0) {
      lastLine = now;
      progress.note(
          "WAL durable up to "
              + newDurable
              + ", "
              + ByteSize.format(Math.max(0, serverFlushed.minus(newDurable)))
              + " behind; commits are safe up to "
              + Math.max(0, Duration.between(until.get(), now).toSeconds())
              + " s ago");
    }
  }

  synchronized ReceiverState state(Lsn durableNow, Optional<String> trouble) {
    return new ReceiverState(
        phase,
        timeline,
        received,
        durableNow,
        serverFlushed,
        safe.until(durableNow),
        skips,
        trouble);
  }
}
