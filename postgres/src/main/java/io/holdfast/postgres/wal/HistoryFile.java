package io.holdfast.postgres.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.TimelineHistory.Ancestor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code <timeline in hex>.history} (timeline.c): a line for each ancestor, {@code <timeline in
 * decimal> <LSN where it was left> <reason>}, parted by tabs; blank lines and lines that begin with
 * '#' mean nothing.
 */
public final class HistoryFile {
  private static final Pattern LINE =
      Pattern.compile("\\s*([0-9]{1,10})\\s+([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})(?:\\s+(.*))?");

  private HistoryFile() {}

  public static TimelineHistory parse(int timeline, byte[] content) {
    List<Ancestor> ancestors = new ArrayList<>();
    long last = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      Matcher form = LINE.matcher(text);
      if (!form.matches()) {
        throw wrong(timeline, "expected '<timeline> <LSN> <reason>', found '" + text + "'");
      }
      long ancestor = Long.parseLong(form.group(1));
      if (ancestor <= last || ancestor >= Integer.toUnsignedLong(timeline)) {
        throw wrong(
            timeline,
            "expected timelines in rising order below " + timeline + ", found " + ancestor);
      }
      last = ancestor;
      String reason = form.group(3);
      ancestors.add(
          new Ancestor((int) ancestor, Lsn.parse(form.group(2)), reason == null ? "" : reason));
    }
    if (ancestors.isEmpty() && timeline != 1) {
      throw wrong(timeline, "expected the timelines it comes from, found none");
    }
    return new TimelineHistory(timeline, ancestors);
  }

  private static PostgresException wrong(int timeline, String why) {
    return new PostgresException(
        "could not read timeline history " + TimelineHistory.fileName(timeline) + ": " + why,
        "Fetch the file again from the server's pg_wal or from another archive.",
        null);
  }
}
