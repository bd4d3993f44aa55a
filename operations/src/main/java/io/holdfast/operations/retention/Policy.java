package io.holdfast.operations.retention;

import io.holdfast.operations.logical.LogicalFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which backups are kept. A backup that any rule keeps stays; each kind is judged by itself.
 *
 * <p>The rules are those of restic. A period with a count n keeps the last backup of each of the
 * newest n such periods that have a backup; as long as there are fewer, the oldest backup stays
 * too. {@code within} counts back from the newest backup, so that nothing more goes when backups
 * stop coming; of physical backups it also keeps the newest one before, without which the first
 * moments of that time could not be restored.
 *
 * <p>Beyond restic: the newest backup always stays, and the newest that was proven to restore. And
 * a backup that has a flaw stands for no other one: the rules are asked a second time as if it were
 * not there, and what they keep then stays too.
 *
 * <p>What is kept does not depend on what was removed before: of any selection that still has all
 * that is kept, the same is kept.
 *
 * @param last how many of the newest are kept; 0 is no such rule
 * @param periods how many of each kind; 0 or absent is no such rule
 * @param zone in which periods begin
 * @param grace how long a removal can be undone
 * @param logical the rules for logical backups; empty if they are the same
 */
public record Policy(
    int last,
    Map<Period, Integer> periods,
    Optional<Duration> within,
    ZoneId zone,
    Duration grace,
    Optional<Policy> logical) {
  /** The same rules for all kinds. */
  public Policy(
      int last,
      Map<Period, Integer> periods,
      Optional<Duration> within,
      ZoneId zone,
      Duration grace) {
    this(last, periods, within, zone, grace, Optional.empty());
  }

  public Policy {
    Map<Period, Integer> given = new EnumMap<>(Period.class);
    periods.forEach((period, count) -> {
      if (count > 0) {
        given.put(period, count);
      }
    });
    periods = java.util.Collections.unmodifiableMap(given);
    if (last <= 0 && periods.isEmpty() && within.isEmpty()) {
      throw new IllegalArgumentException("a policy without a rule keeps nothing");
    }
  }

  /** Newest first. */
  public List<Verdict> decide(List<Contender> backups, Instant now) {
    List<Verdict> verdicts = new ArrayList<>();
    Map<Contender, Set<String>> kept = kept(backups, now);
    for (List<Contender> kind : byKind(backups)) {
      Selection all = new Selection(kind, of(kind));
      for (Contender each : kind) {
        Set<String> reasons = kept.getOrDefault(each, Set.of());
        verdicts.add(
            new Verdict(
                each,
                !reasons.isEmpty(),
                reasons.isEmpty() ? all.whyNot(each) : List.copyOf(reasons)));
      }
    }
    return verdicts;
  }

  /** Those that stay, each with its reasons. */
  Map<Contender, Set<String>> kept(List<Contender> backups, Instant now) {
    Map<Contender, Set<String>> kept = new LinkedHashMap<>();
    for (List<Contender> kind : byKind(backups)) {
      new Selection(kind, of(kind)).keepInto(kept, "newest");
      List<Contender> flawless = kind.stream().filter(each -> each.flaw().isEmpty()).toList();
      if (flawless.size() < kind.size()) {
        new Selection(flawless, of(kind)).keepInto(kept, "newest without a flaw");
      }
      flawless.stream()
          .filter(Contender::proven)
          .findFirst()
          .ifPresent(
              each -> kept.computeIfAbsent(each, k -> new LinkedHashSet<>()).add("proven last"));
      for (Contender each : kind) {
        each.pin()
            .filter(pin -> pin.holds(now))
            .ifPresent(
                pin -> kept.computeIfAbsent(each, k -> new LinkedHashSet<>()).add(pin.words()));
      }
    }
    return kept;
  }

  private Policy of(List<Contender> kind) {
    boolean logicals = kind.getFirst().kind().equals(LogicalFiles.KIND);
    return logicals ? logical.orElse(this) : this;
  }

  private static List<List<Contender>> byKind(List<Contender> backups) {
    Map<String, List<Contender>> kinds = new TreeMap<>();
    backups.stream()
        .sorted(Contender.NEWEST_FIRST)
        .forEach(each -> kinds.computeIfAbsent(each.group(), k -> new ArrayList<>()).add(each));
    return List.copyOf(kinds.values());
  }

  /** As it would stand in the configuration: {@code last 3, daily 7, within 7d}. */
  public String words() {
    List<String> words = new ArrayList<>();
    if (last > 0) {
      words.add("last " + last);
    }
    periods.forEach((period, count) -> words.add(period.word() + " " + count));
    within.ifPresent(span -> words.add("within " + words(span)));
    return String.join(", ", words)
        + logical.map(rules -> "; of logical ones " + rules.words()).orElse("");
  }

  /** {@code 7d}, {@code 36h}, {@code 90m}, {@code 5s}. */
  public static String words(Duration span) {
    long seconds = span.toSeconds();
    if (seconds > 0 && seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds > 0 && seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
