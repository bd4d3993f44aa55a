package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.doctor.ScheduleLook.Timed;
import io.holdfast.operations.retention.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleRulesTest {
  private static final Instant NOW = BackupRulesTest.NOW;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Timed BACKUP = timed("nightly", DAY, "backup", "main");
  private static final Timed PRUNE = timed("tidy-up", DAY, "prune", "main", "--yes");
  private static final Timed PROVE = timed("prove", DAY, "prove", "main");

  private List<Timed> jobs = List.of(BACKUP, PRUNE, PROVE);
  private boolean plans;
  private Optional<Policy> retention = Optional.of(BackupRulesTest.WEEK);
  private Map<String, Instant> newest = Map.of("physical", NOW.minus(Duration.ofHours(5)));

  private static Timed timed(String name, Duration every, String... words) {
    return new Timed(name, List.of(words), every, false, true, Optional.empty(), Optional.empty());
  }

  private List<DoctorCode> codes() {
    return ScheduleRules.of(
            new ScheduleLook("main", jobs, plans, retention, newest, "/etc/hf.yaml"), NOW)
        .stream()
        .flatMap(each -> each.code().stream())
        .toList();
  }

  @Test
  void ofSchedulesThatDoAllNothingIsFound() {
    assertThat(codes()).isEmpty();
  }

  @Test
  void withoutAScheduleItDependsOnWhetherSomebodyElseDoesIt() {
    jobs = List.of();
    assertThat(codes()).containsExactly(DoctorCode.SCHEDULED_ELSEWHERE);
    newest = Map.of("physical", NOW.minus(Duration.ofDays(9)));
    assertThat(codes()).containsExactly(DoctorCode.NO_SCHEDULE);
    newest = Map.of();
    assertThat(codes()).containsExactly(DoctorCode.NO_SCHEDULE);
  }

  @Test
  void whatIsRarerThanWhatIsKeptIsNamed() {
    jobs = List.of(timed("monthly", Duration.ofDays(31), "backup", "main"), PRUNE, PROVE);
    assertThat(codes()).containsExactly(DoctorCode.RARER_THAN_KEPT);
    retention = Optional.empty();
    assertThat(codes()).isEmpty();
  }

  @Test
  void aNewestBackupOlderThanTwoRoundsIsOld() {
    newest = Map.of("physical", NOW.minus(Duration.ofHours(49)).minusSeconds(1));
    assertThat(codes()).containsExactly(DoctorCode.BACKUP_OLD);
    newest = Map.of("physical", NOW.minus(Duration.ofHours(49)));
    assertThat(codes()).isEmpty();
  }

  @Test
  void whatBelongsToBackupsIsAskedFor() {
    jobs = List.of(BACKUP);
    assertThat(codes()).containsExactly(DoctorCode.NO_PRUNE, DoctorCode.NO_PROOF_SCHEDULED);
    plans = true;
    retention = Optional.empty();
    assertThat(codes()).isEmpty();
    jobs = List.of(timed("tidy", DAY, "prune", "main"), BACKUP);
    retention = Optional.of(BackupRulesTest.WEEK);
    assertThat(codes())
        .as("a prune without --yes removes nothing")
        .containsExactly(DoctorCode.NO_PRUNE);
  }

  @Test
  void dumpsAloneAreNoted() {
    jobs = List.of(timed("dump", DAY, "backup", "main", "--kind", "logical"), PRUNE, PROVE);
    newest = Map.of("logical", NOW.minus(Duration.ofHours(5)));
    assertThat(codes()).containsExactly(DoctorCode.DUMPS_ONLY);
  }

  @Test
  void whatDidNotRunOrDidNotGoWellIsNamed() {
    jobs = new ArrayList<>(List.of(BACKUP, PRUNE));
    jobs.add(
        new Timed("a", List.of("prove"), DAY, true, true, Optional.of("failed"), Optional.of(NOW)));
    assertThat(codes()).containsExactly(DoctorCode.SCHEDULE_PAUSED);
    jobs.set(
        2,
        new Timed(
            "a", List.of("prove"), DAY, false, true, Optional.of("failed"), Optional.of(NOW)));
    assertThat(codes()).containsExactly(DoctorCode.SCHEDULE_OVERDUE, DoctorCode.SCHEDULE_FAILED);
    jobs.set(
        2, new Timed("a", List.of("prove"), DAY, false, false, Optional.empty(), Optional.empty()));
    assertThat(codes()).containsExactly(DoctorCode.SCHEDULE_OVERDUE);
    assertThat(ScheduleRules.ofAll(List.of(jobs.getLast())))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.found()).startsWith("a was never seen");
          assertThat(finding.cluster()).isEmpty();
        });
    assertThat(ScheduleRules.ofAll(List.of(BACKUP))).isEmpty();
  }
}
