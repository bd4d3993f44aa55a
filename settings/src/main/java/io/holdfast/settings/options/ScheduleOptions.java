package io.holdfast.settings.options;

import io.holdfast.scheduling.Blackout;
import io.holdfast.scheduling.Schedule;
import io.holdfast.settings.ScheduleSettings;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@code schedules}. */
final class ScheduleOptions {
  private static final List<String> COMMANDS =
      List.of("backup", "check", "doctor", "prove", "prune", "runbook", "sync", "verify");

  private static final Pattern WORDS =
      Pattern.compile("[A-Za-z0-9_./:@,+=-]+( [A-Za-z0-9_./:@,+=-]+)*");

  private static final Option<List<String>> RUN =
      Option.required(
          "run",
          Types.text(
              "a command of Holdfast with its options, such as backup --kind logical",
              WORDS,
              ScheduleOptions::command),
          "backup --kind logical",
          "What is run: "
              + String.join(", ", COMMANDS)
              + ", with options as on the command line, and without a cluster. It is run once for"
              + " each cluster; sync and doctor once for all.");

  private static final Type<Schedule> WHEN_TYPE =
      Types.text(
          "a time such as daily 02:00 Europe/Paris",
          Pattern.compile(".+"),
          text -> Schedule.parse(text, ZoneOffset.UTC));

  private static final Option<Schedule> WHEN =
      Option.required(
          "when",
          WHEN_TYPE,
          "daily 02:00 Europe/Paris",
          "When it is run: daily 02:00, weekdays 22:30, sunday 03:00, monthly 1 04:00, quarterly"
              + " 05:00, hourly :20, every 6h, or the five fields of cron; then the time zone, UTC if"
              + " there is none. In a night in which clocks are set it is run once.");

  private static final Option<List<String>> CLUSTERS =
      Option.optional(
          "clusters",
          Types.listOf("a list of names or patterns", Types.text("a name or pattern")),
          "all",
          "[main]",
          "For which clusters: names, or patterns with * and ?. One that means none is an error.");

  private static final Option<Duration> JITTER =
      Option.withDefault(
          "jitter",
          Types.duration(Duration.ZERO, Duration.ofDays(1)),
          "0s",
          "Spreads the beginnings for several clusters over that time, for each always in the same"
              + " way.");

  private static final Option<Duration> CATCH_UP =
      Option.optional(
          "catch-up",
          Types.duration(Duration.ofMinutes(1), Duration.ofDays(366)),
          "until the next one is due",
          "6h",
          "How late it may still begin when nothing ran at its time. Later it counts as missed, which"
              + " is a failure. However many were missed, one run makes up for them.");

  private static final Option<Integer> RETRIES =
      Option.withDefault(
          "retries", Types.number(0, 100), "2", "How often it is tried again when it failed.");

  private static final Option<Duration> RETRY_AFTER =
      Option.withDefault(
          "retry-after",
          Types.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          "10m",
          "How long after a failure.");

  private static final Option<Duration> TIMEOUT =
      Option.withDefault(
          "timeout",
          Types.duration(Duration.ofMinutes(1), Duration.ofDays(31)),
          "1d",
          "After that time it is ended, which is a failure.");

  private static final Option<List<Blackout>> NOT_DURING =
      Option.optional(
          "not-during",
          Types.listOf(
              "a list of days and hours",
              Types.text(
                  "days and hours such as Mo-Fr 08:00-18:00 Europe/Paris",
                  Pattern.compile("[A-Za-z0-9:/_+ -]+"),
                  text -> Blackout.parse(text, ZoneOffset.UTC))),
          "none",
          "[Mo-Fr 08:00-18:00 Europe/Paris]",
          "Days and hours in which it does not begin; then it waits for their end. One that has begun"
              + " is not stopped.");

  private static final Section<Function<String, ScheduleSettings>> SECTION =
      Section.checked(
          "A command that 'holdfast serve' runs by itself.",
          List.of(RUN, WHEN, CLUSTERS, JITTER, CATCH_UP, RETRIES, RETRY_AFTER, TIMEOUT, NOT_DURING),
          ScheduleOptions::check,
          values -> name -> make(name, values));

  static final Option<Map<String, ScheduleSettings>> SCHEDULES =
      Option.optional(
          "schedules",
          new Named<>("schedules by name", ChosenName.FORM, ScheduleOptions::name, SECTION),
          "none",
          "",
          "What 'holdfast serve' runs and when, each under a name of your choice. docs/operations.md"
              + " tells more; 'holdfast schedule list' shows what comes next.");

  private ScheduleOptions() {}

  private static List<String> command(String text) {
    List<String> words = List.of(text.split(" ", -1));
    if (!COMMANDS.contains(words.getFirst())) {
      throw new IllegalArgumentException(
          "expected one of "
              + String.join(", ", COMMANDS)
              + " with its options; found '"
              + words.getFirst()
              + "'");
    }
    if (words.getFirst().equals("prune") && !words.contains("--yes")) {
      throw new IllegalArgumentException(
          "expected prune --yes: without it prune only prints what it would do");
    }
    if (words.size() > 1 && !words.getFirst().equals("sync") && !words.get(1).startsWith("-")) {
      throw new IllegalArgumentException(
          "expected options after '"
              + words.getFirst()
              + "', found '"
              + words.get(1)
              + "'; clusters are named below 'clusters:'");
    }
    return words;
  }

  private static String name(String text) {
    if (text.equals(ScheduleSettings.TEST_PLANS)) {
      throw ChosenName.none("a schedule", text, "");
    }
    return ChosenName.of("a schedule", text);
  }

  private static void check(Values values) {
    Optional<List<String>> run = values.find(RUN);
    Optional<Boolean> perCluster = run.map(ScheduleSettings::perCluster);
    run.filter(each -> !ScheduleSettings.perCluster(each))
        .filter(each -> values.isGiven(CLUSTERS))
        .ifPresent(each ->
            values.fault(
                CLUSTERS, "'" + each.getFirst() + "' concerns the whole repository; leave it out"));
    run.flatMap(words -> values.misuse(typed(words)))
        .ifPresent(why -> values.fault(RUN, "could not be typed: " + why));
    values
        .declared("clusters")
        .ifPresent(declared -> checkClusters(values, perCluster.orElse(false), declared));
  }

  /** One for clusters that are not there would never run, and nobody would know. */
  private static void checkClusters(Values values, boolean perCluster, Set<String> declared) {
    if (perCluster && declared.isEmpty()) {
      values.fault(RUN, "expected a cluster to run it for, found none declared");
      return;
    }
    ClusterPatterns.check(values, CLUSTERS, declared);
  }

  /** As it is run: which cluster it is for is no matter of its form. */
  private static List<String> typed(List<String> run) {
    List<String> words = new ArrayList<>(run);
    if (ScheduleSettings.perCluster(run)) {
      words.add(1, "main");
    }
    return words;
  }

  private static ScheduleSettings make(String name, Values values) {
    return new ScheduleSettings(
        name,
        values.get(RUN),
        values.get(WHEN),
        values.find(CLUSTERS).orElse(List.of()),
        values.get(JITTER),
        values.find(CATCH_UP),
        values.get(RETRIES),
        values.get(RETRY_AFTER),
        values.get(TIMEOUT),
        values.find(NOT_DURING).orElse(List.of()));
  }
}
