package io.holdfast.settings.options;

import io.holdfast.settings.PlanSettings;
import io.holdfast.settings.PlanSettings.Kind;
import io.holdfast.settings.PlanSettings.Level;
import io.holdfast.settings.PlanSettings.Selection;
import io.holdfast.settings.PlanSettings.Window;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@code clusters.<name>.prove.plans}. */
final class PlanOptions {
  private static final Option<Duration> EVERY =
      Option.required(
          "every",
          Types.duration(Duration.ofHours(1), Duration.ofDays(3650)),
          "7d",
          "How long after one proof by this plan the next one is due.");

  private static final Type<Window> WINDOW_TYPE =
      Types.text(
          "a time of day and its time zone, such as 01:00-05:00 Europe/Paris",
          Pattern.compile("[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2} [A-Za-z][A-Za-z0-9_+:/-]*"),
          PlanOptions::window);

  private static final Option<Window> WINDOW =
      Option.optional(
          "window",
          WINDOW_TYPE,
          "at any time",
          "01:00-05:00 Europe/Paris",
          "When proofs by this plan may begin, by the clocks there; one that has begun is not"
              + " stopped. 22:00-04:00 goes over midnight.");

  private static final Option<Selection> BACKUP =
      Option.withDefault(
          "backup", Types.word(Selection.class), "newest", "Which backup of each kind is proven.");

  private static final Option<Duration> WITHIN =
      Option.optional(
          "within",
          Types.duration(Duration.ofHours(1), Duration.ofDays(36_500)),
          "of any age",
          "30d",
          "How old the backup may be that is chosen.");

  private static final Option<List<Kind>> KINDS =
      Option.optional(
          "kinds",
          Types.listOf("a list of physical, logical and files", Types.word(Kind.class)),
          "one of each kind that there is",
          "[physical, logical]",
          "Of which kinds a backup is proven. One of which there is none is not passed over in"
              + " silence.");

  private static final Option<Level> LEVEL =
      Option.withDefault(
          "level", Types.word(Level.class), "equal", "How far up the ladder proofs go.");

  private static final Option<String> SITE =
      Option.optional(
          "site",
          Types.text("the name of a site"),
          "whichever can be reached",
          "offsite",
          "The only site that is read.");

  private static final Option<String> AT =
      Option.optional(
          "at",
          Types.text(
              "latest, immediate or random",
              Pattern.compile("latest|immediate|random"),
              text -> text),
          "latest for the newest backup, immediate for any other",
          "random",
          "What a physical copy is recovered to: all WAL there is, the end of the backup, or a"
              + " moment after it, between two transactions.");

  private static final Option<Duration> BUDGET =
      Option.optional(
          "budget",
          Types.duration(Duration.ofSeconds(1), Duration.ofDays(14)),
          "what `budget` says for all proofs",
          "30m",
          "How long a restore may take until the database answers.");

  private static final Section<Function<String, PlanSettings>> PLAN =
      Section.checked(
          "A test plan: which backup 'holdfast prove --due' proves by itself, how often, and how far.",
          List.of(EVERY, WINDOW, BACKUP, WITHIN, KINDS, LEVEL, SITE, AT, BUDGET),
          PlanOptions::check,
          values -> name -> make(name, values));

  static final Option<Map<String, PlanSettings>> PLANS =
      Option.optional(
          "plans",
          new Named<>(
              "plans by name", ChosenName.FORM, text -> ChosenName.of("a plan", text), PLAN),
          "none",
          "",
          "Which backups 'holdfast prove --due' proves by itself, each plan under a name of your"
              + " choice.");

  private PlanOptions() {}

  private static Window window(String text) {
    try {
      LocalTime from = LocalTime.parse(text.substring(0, 5));
      LocalTime to = LocalTime.parse(text.substring(6, 11));
      if (from.equals(to)) {
        throw new IllegalArgumentException(
            "expected a time of day that ends at another time than it begins, found none");
      }
      return new Window(from, to, ZoneId.of(text.substring(12)));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time of day and its time zone, such as 01:00-05:00 Europe/Paris; found a time"
              + " that no clock shows, or a zone that nobody knows",
          e);
    }
  }

  private static void check(Values values) {
    List<Kind> kinds = values.find(KINDS).orElse(List.of());
    if (values.isGiven(AT) && !kinds.isEmpty() && !kinds.contains(Kind.PHYSICAL)) {
      values.fault(AT, "only physical backups are recovered to a moment; found a plan for others");
    }
  }

  private static PlanSettings make(String name, Values values) {
    return new PlanSettings(
        name,
        values.get(EVERY),
        values.find(WINDOW),
        values.get(BACKUP),
        values.find(WITHIN),
        values.find(KINDS).orElse(List.of()).stream().distinct().toList(),
        values.get(LEVEL),
        values.find(SITE),
        values.find(AT),
        values.find(BUDGET));
  }
}
