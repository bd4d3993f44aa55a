package io.holdfast.scheduling;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people say them, as lines for cron. */
final class PlainWords {
  static final String FORMS =
      "daily 02:00, weekdays 22:30, sunday 03:00, weekly 03:00, monthly 1 04:00, quarterly 05:00,"
          + " hourly :20, every 6h, or the five fields of cron";

  private static final List<String> DAYS =
      List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
  private static final String TIME = "(?<hour>[01]?\\d|2[0-3]):(?<minute>[0-5]\\d)";
  private static final Map<Pattern, String> LINES =
      Map.of(
          Pattern.compile("daily(?: at)? " + TIME), "%m %h * * *",
          Pattern.compile("weekdays(?: at)? " + TIME), "%m %h * * 1-5",
          Pattern.compile("weekends(?: at)? " + TIME), "%m %h * * 6,0",
          Pattern.compile("weekly(?: at)? " + TIME), "%m %h * * 0",
          Pattern.compile(
                  "(?:weekly |every )?(?<day>" + String.join("|", DAYS) + ")s?(?: at)? " + TIME),
              "%m %h * * %d",
          Pattern.compile("monthly(?: (?<date>[1-9]|[12]\\d|3[01]))?(?: at)? " + TIME),
              "%m %h %D * *",
          Pattern.compile("quarterly(?: (?<date>[1-9]|[12]\\d))?(?: at)? " + TIME),
              "%m %h %D 1,4,7,10 *",
          Pattern.compile("hourly(?: :(?<minute>[0-5]\\d))?"), "%m * * * *");
  private static final Pattern EVERY =
      Pattern.compile("every (?<count>[1-9]\\d{0,4}) ?(?<unit>[mhdw])");

  private PlainWords() {}

  static Optional<Duration> interval(String text) {
    Matcher every = EVERY.matcher(text.toLowerCase(Locale.ROOT));
    return every.matches()
        ? Optional.of(unit(every.group("unit")).multipliedBy(Long.parseLong(every.group("count"))))
        : Optional.empty();
  }

  private static Duration unit(String letter) {
    return switch (letter) {
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      default -> Duration.ofDays(7);
    };
  }

  static Optional<String> cron(String text) {
    String words = text.toLowerCase(Locale.ROOT);
    for (Map.Entry<Pattern, String> line : LINES.entrySet()) {
      Matcher matcher = line.getKey().matcher(words);
      if (matcher.matches()) {
        return Optional.of(filled(line.getValue(), matcher));
      }
    }
    return Optional.empty();
  }

  private static String filled(String line, Matcher words) {
    return line.replace("%m", number(words, "minute", 0))
        .replace("%h", number(words, "hour", 0))
        .replace("%D", number(words, "date", 1))
        .replace("%d", Integer.toString(Math.max(0, DAYS.indexOf(group(words, "day").orElse("")))));
  }

  private static String number(Matcher words, String name, int otherwise) {
    return group(words, name)
        .map(text -> Integer.toString(Integer.parseInt(text)))
        .orElse(Integer.toString(otherwise));
  }

  private static Optional<String> group(Matcher words, String name) {
    return words.namedGroups().containsKey(name)
        ? Optional.ofNullable(words.group(name))
        : Optional.empty();
  }
}
