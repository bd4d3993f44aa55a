package io.holdfast.postgres.wal;

import io.holdfast.postgres.BackupLabel;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code backup_label}: lines of {@code KEY: value}, in a fixed order (xlogbackup.c). */
public final class LabelFile {
  private static final Pattern START =
      Pattern.compile("([0-9A-F]{1,8}/[0-9A-F]{1,8}) \\(file ([0-9A-F]{24})\\)");
  private static final Pattern LSN = Pattern.compile("([0-9A-F]{1,8}/[0-9A-F]{1,8})");
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,10})");
  private static final Pattern ORIGIN = Pattern.compile("(primary|standby)");

  private LabelFile() {}

  public static BackupLabel parse(byte[] content) {
    Map<String, String> lines = new HashMap<>();
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        lines.putIfAbsent(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    Matcher start = line(lines, "START WAL LOCATION", START);
    String segment = start.group(2);
    long timeline = Long.parseLong(line(lines, "START TIMELINE", NUMBER).group(1));
    if (Long.parseLong(segment, 0, 8, 16) != timeline) {
      throw wrong("expected START TIMELINE to be that of " + segment + ", found " + timeline);
    }
    return new BackupLabel(
        Lsn.parse(start.group(1)),
        segment,
        Lsn.parse(line(lines, "CHECKPOINT LOCATION", LSN).group(1)),
        (int) timeline,
        line(lines, "BACKUP FROM", ORIGIN).group(1).equals("standby"),
        lines.getOrDefault("LABEL", ""));
  }

  private static Matcher line(Map<String, String> lines, String key, Pattern form) {
    String value = lines.get(key);
    if (value == null) {
      throw wrong("expected a line '" + key + "', found none");
    }
    Matcher matcher = form.matcher(value);
    if (!matcher.matches()) {
      throw wrong("expected a value after '" + key + ":', found '" + value + "'");
    }
    return matcher;
  }

  private static PostgresException wrong(String why) {
    return new PostgresException("could not read backup_label: " + why, null, null);
  }
}
