package io.holdfast.operations.retention;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a policy would keep in times to come if backups go on being taken and pruned.
 *
 * @param every how long from one backup to the next
 * @param observed whether that is how they were taken lately
 */
public record Preview(Duration every, boolean observed, List<Moment> moments) {
  /** More backups than this are not thought up: nobody could read what becomes of them. */
  private static final int MOST = 10_000;

  private static final Duration SHORTEST_OBSERVED = Duration.ofHours(1);
  private static final int LOOKED_AT = 8;
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z-soon'").withZone(ZoneOffset.UTC);

  public Preview {
    moments = List.copyOf(moments);
  }

  /**
   * @param after from now
   * @param kept newest first
   */
  public record Moment(Duration after, Instant at, List<Verdict> kept) {
    public Moment {
      kept = List.copyOf(kept);
    }

    /** Whether such a backup is only thought up. */
    public static boolean isToCome(Verdict verdict) {
      return verdict.backup().id().text().endsWith("-soon");
    }
  }

  /**
   * @param every empty: as observed
   */
  public static Preview of(
      ClusterArchive cluster,
      Policy policy,
      Instant now,
      Duration horizon,
      Optional<Duration> every) {
    List<Contender> there = Stock.take(cluster).contenders();
    Optional<Duration> observed = observed(there);
    Duration step = every.or(() -> observed).orElse(Duration.ofDays(1));
    Duration least = horizon.dividedBy(MOST);
    return new Preview(
        step.compareTo(least) < 0 ? least : step,
        every.isEmpty() && observed.isPresent(),
        moments(there, policy, now, horizon, step.compareTo(least) < 0 ? least : step));
  }

  /** The middle one of the last gaps: one that was taken by hand changes nothing. */
  static Optional<Duration> observed(List<Contender> backups) {
    List<Instant> times =
        backups.stream().sorted(Contender.NEWEST_FIRST).map(Contender::started).toList();
    List<Duration> gaps = new ArrayList<>();
    for (int i = 1; i < Math.min(times.size(), LOOKED_AT + 1); i++) {
      gaps.add(Duration.between(times.get(i), times.get(i - 1)));
    }
    return gaps.stream()
        .sorted()
        .skip(gaps.size() / 2)
        .findFirst()
        .map(gap -> gap.compareTo(SHORTEST_OBSERVED) < 0 ? SHORTEST_OBSERVED : gap);
  }

  static List<Moment> moments(
      List<Contender> there, Policy policy, Instant now, Duration horizon, Duration every) {
    List<Contender> backups = new ArrayList<>(there);
    Instant last =
        there.stream().map(Contender::started).max(Instant::compareTo).orElse(now.minus(every));
    Instant next = last.plus(every);
    List<Moment> moments = new ArrayList<>();
    for (Duration stop : stops(horizon)) {
      Instant until = now.plus(stop);
      for (; !next.isAfter(until); next = next.plus(every)) {
        if (!next.isBefore(now)) {
          backups.add(toCome(next));
          Map<Contender, Set<String>> kept = policy.kept(backups, next);
          backups.retainAll(kept.keySet());
        }
      }
      moments.add(
          new Moment(
              stop, until, policy.decide(backups, until).stream().filter(Verdict::kept).toList()));
    }
    return moments;
  }

  private static List<Duration> stops(Duration horizon) {
    return Stream.concat(
            Stream.of(1, 7, 30, 90, 180, 365)
                .map(Duration::ofDays)
                .filter(stop -> stop.compareTo(horizon) < 0),
            Stream.of(horizon))
        .toList();
  }

  private static Contender toCome(Instant at) {
    return new Contender(
        new BackupId(ID.format(at)),
        PhysicalDetails.KIND,
        at,
        at,
        Optional.empty(),
        Optional.empty());
  }
}
