package io.holdfast.operations.proof;

import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was found when a backup was proven.
 *
 * @param repository id of the one that holds the backup; "" if written before that was noted
 * @param kind of the backup
 * @param level the rung that was to be reached
 * @param target what a physical copy was recovered to; "" for others
 * @param site which alone was read; "" if whichever was at hand
 * @param drill whether it was done as if this host were gone
 * @param plan by which it was done; "" if somebody just asked
 * @param host where it was done
 * @param program that did it
 * @param server version of the server that the copy ran on; "" if none ran
 * @param findings the first of each rung
 * @param findingsTotal how many there are
 * @param lastTransaction the last one that a physical copy has
 * @param tables rows of the largest tables, for comparing with the next proof
 */
public record Proof(
    String repository,
    String cluster,
    BackupId backup,
    String kind,
    Rung level,
    String target,
    String site,
    boolean drill,
    String plan,
    String host,
    String program,
    Instant began,
    Instant ended,
    String server,
    List<Step> steps,
    List<Stage> stages,
    List<Finding> findings,
    long findingsTotal,
    Optional<Instant> lastTransaction,
    List<TableRows> tables) {
  /** What may fail though the backup is what it should be. */
  private static final Set<String> OF_THE_USER =
      Set.of(
          FindingCode.BUDGET_EXCEEDED.text(),
          FindingCode.ASSERTION_FAILED.text(),
          FindingCode.ASSERTION_ERROR.text(),
          FindingCode.HOOK_FAILED.text(),
          FindingCode.RUNBOOK_FAILED.text());

  /** How many tables are remembered. */
  public static final int TABLES = 500;

  /**
   * How one rung was.
   *
   * @param said what was established, or why not
   */
  public record Step(Rung rung, Verdict verdict, String said, Duration took) {}

  /**
   * One stage of the restore, with its time.
   *
   * @param name {@code fetch}, {@code recover}, {@code load}, {@code first query}, {@code hook}
   * @param recovery whether somebody waits for it in an emergency
   */
  public record Stage(String name, Duration took, boolean recovery) {}

  /** Rows of one table of one database. */
  public record TableRows(String database, String table, long rows) {}

  public Proof {
    steps = steps.stream().sorted(Comparator.comparing(Step::rung)).toList();
    stages = List.copyOf(stages);
    findings = List.copyOf(findings);
    tables = List.copyOf(tables);
  }

  /** Failed if any rung failed; passed only if all were climbed and passed. */
  public Verdict verdict() {
    if (steps.stream().anyMatch(step -> step.verdict() == Verdict.FAILED)) {
      return Verdict.FAILED;
    }
    boolean all = reached().filter(level::equals).isPresent();
    return all ? Verdict.PASSED : Verdict.UNVERIFIED;
  }

  /** The highest rung up to which all passed. */
  public Optional<Rung> reached() {
    return steps.stream()
        .takeWhile(step -> step.verdict() == Verdict.PASSED)
        .map(Step::rung)
        .max(Comparator.naturalOrder());
  }

  /** Whether a server was made of it, or its files came back, and nothing was found amiss. */
  public boolean restored() {
    return verdict() != Verdict.FAILED
        && reached().filter(rung -> rung.compareTo(Rung.RESTORED) >= 0).isPresent();
  }

  /**
   * Whether it was seen that the backup does not restore, or restores something else than was
   * backed up. That it took too long, or that the user's own statements do not hold, does not say
   * so.
   */
  public boolean disproven() {
    return verdict() == Verdict.FAILED
        && findings.stream().anyMatch(each -> each.fault() && !OF_THE_USER.contains(each.code()));
  }

  /** How long somebody would have waited for the database: RTO as it was measured. */
  public Optional<Duration> recoveryTime() {
    return stages.stream()
        .filter(Stage::recovery)
        .map(Stage::took)
        .reduce(Duration::plus)
        .filter(sum ->
            steps.stream()
                .anyMatch(s -> s.rung() == Rung.RESTORED && s.verdict() == Verdict.PASSED));
  }
}
