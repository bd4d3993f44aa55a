package io.holdfast.operations.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.notes.Pin;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class PolicyTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant LATER = Instant.parse("2031-01-01T00:00:00Z");
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @Test
  void keepsTheLastOfEachDayAndSaysWhy() {
    List<Contender> backups =
        backups(
            "2026-03-01T01:00:00Z",
            "2026-03-02T01:00:00Z",
            "2026-03-03T01:00:00Z",
            "2026-03-03T13:00:00Z",
            "2026-03-04T01:00:00Z");

    List<Verdict> verdicts = policy(1, Map.of(Period.DAILY, 2)).decide(backups, LATER);

    assertThat(verdicts)
        .extracting(v -> v.backup().started() + " " + v.kept() + " " + v.reasons())
        .containsExactly(
            "2026-03-04T01:00:00Z true [newest, last, daily]",
            "2026-03-03T13:00:00Z true [daily]",
            "2026-03-03T01:00:00Z false [beyond last 1, not the last of its day]",
            "2026-03-02T01:00:00Z false [beyond last 1, beyond daily 2]",
            "2026-03-01T01:00:00Z false [beyond last 1, beyond daily 2]");
  }

  @Test
  void daysWithoutABackupDoNotCount() {
    List<Contender> backups =
        backups("2025-01-01T01:00:00Z", "2026-01-01T01:00:00Z", "2026-03-03T01:00:00Z");

    assertThat(kept(policy(0, Map.of(Period.DAILY, 3)), backups)).isEqualTo(times(backups));
  }

  @Test
  void theOldestStaysUntilThereAreEnough() {
    List<Contender> backups =
        backups("2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z", "2026-03-02T01:00:00Z");

    assertThat(policy(0, Map.of(Period.DAILY, 3)).decide(backups, LATER).getLast().reasons())
        .containsExactly("oldest, until there are 3 daily");
    assertThat(kept(policy(0, Map.of(Period.DAILY, 2)), backups))
        .containsExactly("2026-03-01T02:00:00Z", "2026-03-02T01:00:00Z");
  }

  @Test
  void withinCountsFromTheNewestAndBeginsWithTheOneBefore() {
    List<Contender> backups =
        backups(
            "2026-03-01T01:00:00Z",
            "2026-03-08T01:00:00Z",
            "2026-03-15T01:00:00Z",
            "2026-03-20T01:00:00Z");
    Policy week = within(Duration.ofDays(7));

    assertThat(kept(week, backups))
        .containsExactly("2026-03-08T01:00:00Z", "2026-03-15T01:00:00Z", "2026-03-20T01:00:00Z");
    assertThat(week.decide(backups, LATER))
        .extracting(Verdict::reasons)
        .containsExactly(
            List.of("newest", "within 7d"),
            List.of("within 7d"),
            List.of("within 7d: its first moments"),
            List.of("not within 7d"));
    assertThat(kept(week, backups.stream().map(b -> ofKind(b, "logical")).toList()))
        .containsExactly("2026-03-15T01:00:00Z", "2026-03-20T01:00:00Z");
  }

  @Test
  void aBackupWithAFlawStandsForNoOtherOne() {
    List<Contender> backups =
        List.of(
            backup("2026-03-01T01:00:00Z"),
            backup("2026-03-02T01:00:00Z"),
            backup("2026-03-02T13:00:00Z").withFlaw("has 3 damaged pages"),
            backup("2026-03-03T01:00:00Z").withFlaw("has 4 damaged pages"));

    assertThat(kept(policy(1, Map.of()), backups))
        .containsExactly("2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z");
    assertThat(kept(policy(0, Map.of(Period.DAILY, 2)), backups)).isEqualTo(times(backups));
    assertThat(policy(1, Map.of()).decide(backups, LATER).get(2).reasons())
        .containsExactly("newest without a flaw", "last");
  }

  @Test
  void aDumpOfOneDatabaseTakesNoPlaceOfOneOfAll() {
    Contender all = ofGroup(backup("2026-03-01T01:00:00Z"), "logical ");
    Contender one = ofGroup(backup("2026-03-02T01:00:00Z"), "logical of postgres");

    assertThat(kept(policy(1, Map.of()), List.of(all, one)))
        .containsExactly("2026-03-01T01:00:00Z", "2026-03-02T01:00:00Z");
  }

  private static Contender ofGroup(Contender b, String group) {
    return new Contender(b.id(), "logical", group, b.started(), b.finished(), b.flaw(), b.pin());
  }

  @Test
  void aPinKeepsUntilItEnds() {
    Instant end = Instant.parse("2026-06-01T00:00:00Z");
    Contender old = backup("2026-03-01T01:00:00Z");
    Contender pinned =
        new Contender(
            old.id(),
            old.kind(),
            old.started(),
            old.finished(),
            Optional.empty(),
            Optional.of(new Pin("the audit", old.started(), Optional.of(end))));
    List<Contender> backups = List.of(pinned, backup("2026-03-02T01:00:00Z"));
    Policy one = policy(1, Map.of());

    assertThat(one.decide(backups, end.minusSeconds(1)).getLast().reasons())
        .containsExactly("pinned: the audit, until 2026-06-01T00:00:00Z");
    assertThat(one.decide(backups, end).getLast().kept()).isFalse();
  }

  @Test
  void theLastOneThatWasProvenStaysAsLongAsNoLaterOneIs() {
    Contender proven = backup("2026-03-02T01:00:00Z").asProven();
    List<Contender> backups =
        List.of(
            backup("2026-03-01T01:00:00Z").asProven(),
            proven,
            backup("2026-03-03T01:00:00Z"),
            backup("2026-03-04T01:00:00Z").withFlaw("was disproven").asProven(),
            backup("2026-03-05T01:00:00Z"));
    Policy one = policy(1, Map.of());

    assertThat(kept(one, backups)).containsExactly("2026-03-02T01:00:00Z", "2026-03-05T01:00:00Z");
    assertThat(one.decide(backups, LATER))
        .filteredOn(v -> v.backup().equals(proven))
        .first()
        .satisfies(v -> assertThat(v.reasons()).containsExactly("proven last"));
  }

  @Test
  void eachKindIsJudgedByItself() {
    List<Contender> backups =
        List.of(
            ofKind(backup("2026-03-01T01:00:00Z"), "logical"),
            backup("2026-03-02T01:00:00Z"),
            ofKind(backup("2026-03-03T01:00:00Z"), "logical"),
            ofKind(backup("2026-03-04T01:00:00Z"), "files"));

    assertThat(kept(policy(1, Map.of()), backups))
        .containsExactly("2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z");
  }

  @Test
  void logicalBackupsMayHaveRulesOfTheirOwn() {
    List<Contender> backups =
        List.of(
            ofKind(backup("2026-03-01T01:00:00Z"), "logical"),
            backup("2026-03-02T01:00:00Z"),
            ofKind(backup("2026-03-03T01:00:00Z"), "logical"),
            backup("2026-03-04T01:00:00Z"),
            ofKind(backup("2026-03-05T01:00:00Z"), "logical"));
    Policy policy =
        new Policy(
            1,
            Map.of(),
            none(),
            ZoneOffset.UTC,
            none0(),
            Optional.of(new Policy(2, Map.of(), none(), ZoneOffset.UTC, none0())));

    assertThat(kept(policy, backups))
        .containsExactly("2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z", "2026-03-05T01:00:00Z");
    assertThat(policy.words()).isEqualTo("last 1; of logical ones last 2");
  }

  @Test
  void daysBeginWhereThePolicySays() {
    // 23:30Z is half past midnight in Berlin, half past one in summer.
    List<Contender> backups = backups("2026-03-02T22:30:00Z", "2026-03-02T23:30:00Z");

    assertThat(
            kept(new Policy(0, Map.of(Period.DAILY, 2), none(), ZoneOffset.UTC, none0()), backups))
        .isEqualTo(times(backups)); // the oldest stays until there are two
    assertThat(reasons(Period.DAILY, ZoneOffset.UTC, backups))
        .containsExactly("[newest, daily]", "[oldest, until there are 9 daily]");
    assertThat(reasons(Period.DAILY, BERLIN, backups))
        .containsExactly("[newest, daily]", "[daily]");
  }

  @Test
  void theHourThatComesTwiceIsTwoHoursAndTheMissingOneIsNone() {
    // Clocks go from 03:00 back to 02:00 at 01:00Z.
    assertThat(
            reasons(
                Period.HOURLY,
                BERLIN,
                backups("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z")))
        .containsExactly("[newest, hourly]", "[hourly]", "[hourly]");
    // And from 02:00 to 03:00 at 01:00Z in spring: these are neighbours.
    assertThat(
            reasons(Period.HOURLY, BERLIN, backups("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z")))
        .containsExactly("[newest, hourly]", "[hourly]");
    // A day of 25 hours is one day.
    assertThat(
            reasons(
                Period.DAILY,
                BERLIN,
                backups("2026-10-24T22:00:00Z", "2026-10-25T12:00:00Z", "2026-10-25T22:59:59Z")))
        .containsExactly(
            "[newest, daily]", "[not the last of its day]", "[oldest, until there are 9 daily]");
  }

  @Test
  void leapDaysAndTheEndsOfYearsAreWhatTheCalendarSays() {
    assertThat(
            reasons(
                Period.MONTHLY,
                ZoneOffset.UTC,
                backups("2028-02-28T12:00:00Z", "2028-02-29T12:00:00Z", "2028-03-01T12:00:00Z")))
        .containsExactly("[newest, monthly]", "[monthly]", "[oldest, until there are 9 monthly]");
    // Monday 2026-12-28 to Sunday 2027-01-03 is one week of two years.
    List<Contender> turn =
        backups(
            "2026-12-27T12:00:00Z",
            "2026-12-28T12:00:00Z",
            "2026-12-31T12:00:00Z",
            "2027-01-03T12:00:00Z",
            "2027-01-04T12:00:00Z");
    assertThat(reasons(Period.WEEKLY, ZoneOffset.UTC, turn))
        .containsExactly(
            "[newest, weekly]",
            "[weekly]",
            "[not the last of its week]",
            "[not the last of its week]",
            "[weekly]");
    assertThat(kept(policy(0, Map.of(Period.YEARLY, 2)), turn))
        .containsExactly("2026-12-31T12:00:00Z", "2027-01-04T12:00:00Z");
  }

  @Test
  void aPolicyWithoutARuleIsNone() {
    assertThatThrownBy(() -> policy(0, Map.of(Period.DAILY, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsKeptIsWhatEachRuleByItselfSays() {
    Random random = seeded();
    for (int round = 0; round < 400; round++) {
      Policy policy = anyPolicy(random);
      List<Contender> backups = anyBackups(random, 1 + random.nextInt(60), false);
      Set<String> expected = byHand(policy, backups);

      assertThat(kept(policy, backups))
          .as("round %d, %s", round, policy.words())
          .isEqualTo(expected);
    }
  }

  @Test
  void nothingIsLostOrMadeUpAndTheNewestAlwaysStays() {
    Random random = seeded();
    for (int round = 0; round < 400; round++) {
      Policy policy = anyPolicy(random);
      List<Contender> backups = anyBackups(random, 1 + random.nextInt(60), true);
      List<Verdict> verdicts = policy.decide(backups, LATER);

      assertThat(verdicts).extracting(Verdict::backup).containsExactlyInAnyOrderElementsOf(backups);
      assertThat(verdicts).allSatisfy(v -> assertThat(v.reasons()).isNotEmpty());
      assertThat(verdicts.getFirst().kept()).isTrue();
      verdicts.stream()
          .filter(v -> v.backup().flaw().isEmpty())
          .findFirst()
          .ifPresent(sound -> assertThat(sound.kept()).as("newest without a flaw").isTrue());
    }
  }

  /** A prune that was killed has removed some of what it would; the next one must agree with it. */
  @Test
  void ofAnySelectionThatHasAllThatIsKeptTheSameIsKept() {
    Random random = seeded();
    for (int round = 0; round < 400; round++) {
      Policy policy = anyPolicy(random);
      List<Contender> backups = anyBackups(random, 1 + random.nextInt(60), true);
      Set<String> kept = kept(policy, backups);
      List<Contender> some =
          backups.stream()
              .filter(b -> kept.contains(b.started().toString()) || random.nextBoolean())
              .toList();

      assertThat(kept(policy, some)).as("round %d, %s", round, policy.words()).isEqualTo(kept);
    }
  }

  @Test
  void pruningEveryDayOfThreeYearsKeepsWhatDecidingOnceAtTheEndWouldKeep() {
    Policy policy =
        new Policy(
            3,
            Map.of(Period.DAILY, 7, Period.WEEKLY, 4, Period.MONTHLY, 12, Period.YEARLY, 2),
            Optional.of(Duration.ofDays(2)),
            BERLIN,
            Duration.ofDays(3));
    List<Contender> ever = new ArrayList<>();
    List<Contender> there = new ArrayList<>();
    ZonedDateTime night = ZonedDateTime.of(2026, 1, 1, 2, 30, 0, 0, BERLIN);
    for (int day = 0; day < 3 * 366; day++) {
      Contender tonight = backup(night.plusDays(day).toInstant().toString());
      ever.add(tonight);
      there.add(tonight);
      Set<String> kept = kept(policy, there);
      there.removeIf(b -> !kept.contains(b.started().toString()));
    }

    assertThat(times(there)).isEqualTo(kept(policy, ever));
    // 7 days, 2 more weeks, 10 more months; the last of 2028 is the last of a day too.
    assertThat(there).hasSize(7 + 2 + 10);
    assertThat(times(there))
        .contains("2028-12-31T01:30:00Z", "2028-02-29T01:30:00Z")
        .hasSameSizeAs(there);
  }

  @Test
  void randomSchedulesPrunedNowAndThenKeepWhatDecidingOnceWouldKeep() {
    Random random = seeded();
    for (int round = 0; round < 100; round++) {
      Policy policy = anyPolicy(random);
      List<Contender> there = new ArrayList<>();
      List<Contender> ever = anyBackups(random, 80, false);
      for (Contender next : ever) {
        there.add(next);
        if (random.nextInt(3) == 0) {
          Set<String> kept = kept(policy, there);
          there.removeIf(b -> !kept.contains(b.started().toString()));
        }
      }

      assertThat(kept(policy, there))
          .as("round %d, %s", round, policy.words())
          .isEqualTo(kept(policy, ever));
    }
  }

  private static Random seeded() {
    long seed = new Random().nextLong();
    System.err.println("PolicyTest seed " + seed);
    return new Random(seed);
  }

  /** Each rule written down anew, the simplest way. */
  private static Set<String> byHand(Policy policy, List<Contender> oldestFirst) {
    Set<String> kept = new TreeSet<>();
    Contender newest = oldestFirst.getLast();
    kept.add(newest.started().toString());
    int size = oldestFirst.size();
    oldestFirst
        .subList(Math.max(0, size - policy.last()), size)
        .forEach(b -> kept.add(b.started().toString()));
    policy
        .periods()
        .forEach((period, count) -> {
          Map<Object, Contender> lastOf = new HashMap<>();
          List<Object> order = new ArrayList<>();
          for (Contender b : oldestFirst) {
            Object in = period.of(b.started(), policy.zone());
            if (lastOf.put(in, b) == null) {
              order.add(in);
            }
          }
          order
              .subList(Math.max(0, order.size() - count), order.size())
              .forEach(in -> kept.add(Objects.requireNonNull(lastOf.get(in)).started().toString()));
          if (order.size() < count) {
            kept.add(oldestFirst.getFirst().started().toString());
          }
        });
    policy
        .within()
        .ifPresent(span -> {
          Instant from = newest.finished().minus(span);
          Contender before = null;
          for (Contender b : oldestFirst) {
            if (b.finished().isBefore(from)) {
              before = b;
            } else {
              kept.add(b.started().toString());
            }
          }
          if (before != null) {
            kept.add(before.started().toString());
          }
        });
    return kept;
  }

  private static Policy anyPolicy(Random random) {
    while (true) {
      Map<Period, Integer> periods = new HashMap<>();
      for (Period period : Period.values()) {
        if (random.nextInt(3) == 0) {
          periods.put(period, 1 + random.nextInt(8));
        }
      }
      int last = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 0;
      Optional<Duration> within =
          random.nextInt(3) == 0
              ? Optional.of(Duration.ofHours(1 + random.nextInt(2000)))
              : Optional.empty();
      if (last > 0 || !periods.isEmpty() || within.isPresent()) {
        ZoneId zone =
            List.of(ZoneOffset.UTC, BERLIN, ZoneId.of("Australia/Lord_Howe"))
                .get(random.nextInt(3));
        return new Policy(last, periods, within, zone, Duration.ofDays(3));
      }
    }
  }

  /** Oldest first, no two at once; around the changes of clocks and years, dense and sparse. */
  private static List<Contender> anyBackups(Random random, int count, boolean flaws) {
    Set<Instant> times = new TreeSet<>();
    Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(40_000_000));
    for (int i = 0; i < count; i++) {
      int scale = List.of(600, 7200, 86_400, 800_000).get(random.nextInt(4));
      at = at.plusSeconds(601 + random.nextInt(scale));
      times.add(at);
    }
    return times.stream()
        .map(t -> backup(t.toString()))
        .map(b -> flaws && random.nextInt(4) == 0 ? b.withFlaw("has 1 damaged page") : b)
        .toList();
  }

  private static Policy policy(int last, Map<Period, Integer> periods) {
    return new Policy(last, periods, Optional.empty(), ZoneOffset.UTC, Duration.ofDays(3));
  }

  private static Policy within(Duration span) {
    return new Policy(0, Map.of(), Optional.of(span), ZoneOffset.UTC, Duration.ofDays(3));
  }

  private static Optional<Duration> none() {
    return Optional.empty();
  }

  private static Duration none0() {
    return Duration.ZERO;
  }

  private static List<String> reasons(Period period, ZoneId zone, List<Contender> backups) {
    return new Policy(0, Map.of(period, 9), none(), zone, none0())
        .decide(backups, LATER).stream().map(v -> v.reasons().toString()).toList();
  }

  private static Set<String> kept(Policy policy, List<Contender> backups) {
    Set<String> kept = new TreeSet<>();
    policy.decide(backups, LATER).stream()
        .filter(Verdict::kept)
        .forEach(v -> kept.add(v.backup().started().toString()));
    return kept;
  }

  private static Set<String> times(Collection<Contender> backups) {
    Set<String> times = new TreeSet<>();
    backups.forEach(b -> times.add(b.started().toString()));
    assertThat(new HashSet<>(backups)).hasSameSizeAs(times);
    return times;
  }

  private static List<Contender> backups(String... times) {
    return List.of(times).stream().map(PolicyTest::backup).toList();
  }

  private static Contender backup(String time) {
    Instant started = Instant.parse(time);
    return new Contender(
        new BackupId(ID.format(started) + "-aaaa"),
        "physical",
        started,
        started.plusSeconds(600),
        Optional.empty(),
        Optional.empty());
  }

  private static Contender ofKind(Contender b, String kind) {
    return new Contender(b.id(), kind, b.started(), b.finished(), b.flaw(), b.pin());
  }
}
