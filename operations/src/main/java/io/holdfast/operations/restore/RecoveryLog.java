package io.holdfast.operations.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a recovering server says in its log (xlogrecovery.c, xlog.c), in English: restored copies
 * run with lc_messages C.
 */
record RecoveryLog(
    boolean paused,
    Optional<String> reached,
    Optional<Instant> lastTransaction,
    List<String> lastLines) {
  private static final Pattern REDO_DONE = Pattern.compile("redo done at ([0-9A-F]+/[0-9A-F]+)");
  // timestamptz_to_str (timestamp.c): microseconds without zeros at the end, offset at once after.
  private static final Pattern LAST_TRANSACTION =
      Pattern.compile(
          "last completed transaction was at log time"
              + " (\\d+-\\d+-\\d+) ([0-9:.]+)([+-][0-9:]+)");
  private static final int TAIL = 256 << 10;
  private static final int LINES = 20;

  /**
   * @param from where the words of this start begin; what stands before is of another one
   */
  static RecoveryLog read(Path log, long from) throws IOException {
    String text = tail(log, from);
    List<String> lines = text.lines().toList();
    return new RecoveryLog(
        text.contains("pausing at the end of recovery"),
        last(REDO_DONE, text).map(m -> m.group(1)),
        last(LAST_TRANSACTION, text).flatMap(m -> time(m.group(1) + "T" + m.group(2), m.group(3))),
        lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }

  private static String tail(Path log, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer end = ByteBuffer.allocate(Math.clamp(size - from, 0, TAIL));
      channel.position(size - end.capacity());
      while (end.hasRemaining() && channel.read(end) >= 0) {
        // until full
      }
      return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static Optional<Matcher> last(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    Optional<Matcher> found = Optional.empty();
    int from = 0;
    while (matcher.find(from)) {
      from = matcher.end();
      Matcher copy = pattern.matcher(text);
      copy.find(matcher.start());
      found = Optional.of(copy);
    }
    return found;
  }

  private static Optional<Instant> time(String clock, String offset) {
    try {
      return Optional.of(LocalDateTime.parse(clock).toInstant(ZoneOffset.of(offset)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
