package io.holdfast.operations.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of a policy, asked about backups of one kind. */
final class Selection {
  private final List<Contender> backups;
  private final Policy policy;

  /**
   * @param backups newest first
   */
  Selection(List<Contender> backups, Policy policy) {
    this.backups = backups;
    this.policy = policy;
  }

  /**
   * @param newest what keeps the newest one is called so
   */
  void keepInto(Map<Contender, Set<String>> kept, String newest) {
    if (backups.isEmpty()) {
      return;
    }
    keep(kept, backups.getFirst(), newest);
    backups.stream().limit(policy.last()).forEach(each -> keep(kept, each, "last"));
    policy.periods().forEach((period, count) -> keepLastOfEach(period, count, kept));
    policy.within().ifPresent(span -> keepWithin(kept));
  }

  private static void keep(Map<Contender, Set<String>> kept, Contender backup, String reason) {
    kept.computeIfAbsent(backup, k -> new LinkedHashSet<>()).add(reason);
  }

  private void keepLastOfEach(Period period, int count, Map<Contender, Set<String>> kept) {
    int left = count;
    Optional<Object> before = Optional.empty();
    for (Contender each : backups) {
      if (left == 0) {
        return;
      }
      Optional<Object> in = Optional.of(period.of(each.started(), policy.zone()));
      if (!in.equals(before)) {
        keep(kept, each, period.word());
        before = in;
        left--;
      } else if (each.equals(backups.getLast())) {
        keep(kept, each, "oldest, until there are " + count + " " + period.word());
      }
    }
  }

  private Instant withinFrom() {
    return backups.getFirst().finished().minus(policy.within().orElseThrow());
  }

  private void keepWithin(Map<Contender, Set<String>> kept) {
    Instant from = withinFrom();
    String words = "within " + Policy.words(policy.within().orElseThrow());
    backups.stream()
        .filter(each -> !each.finished().isBefore(from))
        .forEach(each -> keep(kept, each, words));
    backups.stream()
        .filter(each -> each.finished().isBefore(from))
        .findFirst()
        .filter(Contender::physical)
        .ifPresent(each -> keep(kept, each, words + ": its first moments"));
  }

  /** For each rule, why it does not keep that backup. */
  List<String> whyNot(Contender backup) {
    List<String> reasons = new ArrayList<>();
    if (policy.last() > 0) {
      reasons.add("beyond last " + policy.last());
    }
    policy.periods().forEach((period, count) -> reasons.add(whyNot(backup, period, count)));
    policy.within().ifPresent(span -> reasons.add("not within " + Policy.words(span)));
    return reasons;
  }

  private String whyNot(Contender backup, Period period, int count) {
    Object its = period.of(backup.started(), policy.zone());
    boolean later =
        backups.stream()
            .takeWhile(each -> !each.equals(backup))
            .anyMatch(each -> period.of(each.started(), policy.zone()).equals(its));
    return later ? "not the last of its " + period.noun() : "beyond " + period.word() + " " + count;
  }
}
