package io.holdfast.cli.terminal;

import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** One task under way: how far, how fast, how long to go. Not thread-safe. */
final class Pace {
  private final String task;
  private final long total;
  private final Instant start;
  private long done;

  Pace(String task, long total, Instant start) {
    this.task = task;
    this.total = total;
    this.start = start;
  }

  void advance(long bytes) {
    done += bytes;
  }

  /** {@code backing up shop 1.2 GB of 4.8 GB 25 % 310 MB/s 12 s left}. */
  String describe(Instant now) {
    StringBuilder line = new StringBuilder(task);
    if (done > 0 || total > 0) {
      line.append("  ").append(ByteSize.format(done));
    }
    if (total > 0) {
      line.append(" of ").append(ByteSize.format(Math.max(total, done)));
      line.append(String.format(Locale.ROOT, "  %d %%", percent()));
    }
    long perSecond = rate(now);
    if (perSecond > 0) {
      line.append("  ").append(ByteSize.format(perSecond)).append("/s");
      if (total > done) {
        line.append("  ").append(words(left(perSecond))).append(" left");
      }
    }
    return line.toString();
  }

  /** {@code backing up shop: 4.8 GB in 15.2 s, 316 MB/s}. */
  String summarise(Instant now) {
    Duration took = Duration.between(start, now);
    if (done == 0) {
      return task + ": done in " + words(took);
    }
    String rate = rate(now) > 0 ? ", " + ByteSize.format(rate(now)) + "/s" : "";
    return task + ": " + ByteSize.format(done) + " in " + words(took) + rate;
  }

  private int percent() {
    return done >= total ? 100 : (int) (done * 100.0 / total);
  }

  private long rate(Instant now) {
    long millis = Duration.between(start, now).toMillis();
    return millis < 200 ? 0 : (long) (done * 1000.0 / millis);
  }

  private Duration left(long perSecond) {
    return Duration.ofMillis((long) ((total - done) * 1000.0 / perSecond));
  }

  /** {@code 0.4 s}, {@code 37 s}, {@code 4 min 10 s}, {@code 3 h 12 min}. */
  static String words(Duration span) {
    long seconds = span.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }
}
