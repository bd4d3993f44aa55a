package io.holdfast.operations.restore;

import io.holdfast.postgres.Lsn;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads recovery targets as people write them. */
final class TargetText {
  private static final Pattern TIME =
      Pattern.compile(
          "(?<date>\\d{4}-\\d{2}-\\d{2})"
              + "(?:[T ]\\s*(?<hour>\\d{2}):(?<minute>\\d{2})"
              + "(?::(?<second>\\d{2})(?:\\.(?<fraction>\\d{1,9}))?)?)?"
              + "\\s*(?<zone>Z|[+-]\\d{2}(?::?\\d{2}(?::?\\d{2})?)?|[A-Za-z][A-Za-z0-9_+/-]*)?");
  private static final Pattern LSN = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");
  private static final Pattern XID = Pattern.compile("\\d{1,20}");
  private static final String FORMS =
      "Write latest, immediate, a time such as '2026-11-22 10:00:00+01', an LSN such as 0/500EFC8,"
          + " xid:751 or name:before_migration.";

  /** What the server can hold of a restore point's name (MAXFNAMELEN, xlog_internal.h). */
  private static final int LONGEST_NAME = 63;

  private TargetText() {}

  static RecoveryTarget parse(String text, ZoneId local, boolean exclusive) {
    String given = text.strip();
    String lower = given.toLowerCase(Locale.ROOT);
    if (lower.startsWith("xid:")) {
      return transaction(given.substring("xid:".length()).strip(), !exclusive);
    }
    if (LSN.matcher(given).matches()) {
      return new RecoveryTarget.Position(Lsn.parse(given), !exclusive);
    }
    Matcher time = TIME.matcher(given);
    if (time.matches()) {
      return moment(given, time, local, !exclusive);
    }
    RecoveryTarget target =
        switch (lower) {
          case "latest" -> new RecoveryTarget.Latest();
          case "immediate" -> new RecoveryTarget.Immediate();
          default -> lower.startsWith("name:") ? named(given) : unreadable(text);
        };
    if (exclusive) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--exclusive has no meaning for " + target,
          "It goes with a time, an LSN or an xid.");
    }
    return target;
  }

  private static RecoveryTarget named(String given) {
    String name = given.substring("name:".length());
    if (name.isEmpty()
        || name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'" + name + "' is not the name of a restore point: expected 1 to 63 bytes",
          FORMS);
    }
    return new RecoveryTarget.Named(name);
  }

  private static RecoveryTarget transaction(String digits, boolean inclusive) {
    if (!XID.matcher(digits).matches()) {
      throw new HoldfastException(
          ExitStatus.USAGE, "'" + digits + "' is not a transaction id", FORMS);
    }
    try {
      long xid = Long.parseUnsignedLong(digits);
      if ((xid & 0xFFFFFFFFL) >= 3) {
        return new RecoveryTarget.Transaction(xid, inclusive);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "'" + digits + "' is not the id of an ordinary transaction: expected 3 or more, 64 bits",
        FORMS);
  }

  private static RecoveryTarget moment(
      String given, Matcher parts, ZoneId local, boolean inclusive) {
    try {
      LocalDateTime clock = LocalDateTime.of(LocalDate.parse(parts.group("date")), timeOf(parts));
      String zone = parts.group("zone");
      return zone == null
          ? new RecoveryTarget.Moment(unique(given, clock, local), inclusive, Optional.of(local))
          : new RecoveryTarget.Moment(
              unique(given, clock, zone(zone)), inclusive, Optional.empty());
    } catch (DateTimeException e) {
      throw new HoldfastException(
          ExitStatus.USAGE, "'" + given + "' is not a time: " + e.getMessage(), FORMS, e);
    }
  }

  private static LocalTime timeOf(Matcher parts) {
    if (parts.group("hour") == null) {
      return LocalTime.MIDNIGHT;
    }
    int second = parts.group("second") == null ? 0 : Integer.parseInt(parts.group("second"));
    String fraction = parts.group("fraction") == null ? "" : parts.group("fraction");
    int nano = Integer.parseInt((fraction + "000000000").substring(0, 9));
    // The server's clock counts microseconds; more digits would be cut off without a word.
    if (nano % 1000 != 0) {
      throw new DateTimeException("PostgreSQL knows microseconds, six digits, no more");
    }
    return LocalTime.of(
        Integer.parseInt(parts.group("hour")),
        Integer.parseInt(parts.group("minute")),
        second,
        nano);
  }

  private static ZoneId zone(String text) {
    if (text.startsWith("+") || text.startsWith("-")) {
      return ZoneOffset.of(text);
    }
    return text.equalsIgnoreCase("z") || text.equalsIgnoreCase("utc")
        ? ZoneOffset.UTC
        : ZoneId.of(text);
  }

  /** Refuses clock readings that a change of the offset skips or repeats: a guess loses data. */
  private static Instant unique(String given, LocalDateTime clock, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(clock);
    if (offsets.size() == 1) {
      return clock.toInstant(offsets.getFirst());
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "'"
            + given
            + "' is "
            + (offsets.isEmpty() ? "skipped by" : "there twice around")
            + " the change of the clock in "
            + zone,
        "Write the offset from UTC, such as '" + clock.toString().replace('T', ' ') + "+00'.");
  }

  private static RecoveryTarget unreadable(String text) {
    throw new HoldfastException(ExitStatus.USAGE, "'" + text + "' is not a recovery target", FORMS);
  }
}
