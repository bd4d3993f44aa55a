package io.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.operations.status.SiteComparison;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Lease;
import io.holdfast.repository.Repository;
import io.holdfast.scheduling.Past;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Schedule;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of a repository on disk, with a clock of the test. */
final class JobLookTest {
  private static final Instant DUE = Instant.parse("2026-11-27T02:00:00Z");
  private static final JobName NIGHTLY = new JobName("nightly", Optional.of("shop"));
  private static final JobName OFFSITE = new JobName("offsite", Optional.empty());
  private static final String LABELS = "{cluster=\"shop\",schedule=\"nightly\"}";

  private final Path folder;
  private Instant now = DUE.plusSeconds(3600);
  private final InstantSource clock = () -> now;

  private final Repository repository;

  private int opened;
  private int closed;
  private boolean away;
  private boolean whole = true;
  private final Looker looker = new Looker(this::open, LiveReceivers.NONE, clock);

  JobLookTest(@TempDir Path folder) {
    this.folder = folder;
    repository = Repository.create(Storages.local(folder), new KeySource.None(), "first", clock);
  }

  @AfterEach
  void close() {
    looker.close();
    assertThat(closed).isEqualTo(opened);
    repository.close();
  }

  private Opening.Opened open() {
    if (away) {
      throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, "it is away", null);
    }
    opened++;
    return new Opening.Opened() {
      @Override
      public Repository repository() {
        return repository;
      }

      @Override
      public List<SiteComparison.Place> sites() {
        return List.of();
      }

      @Override
      public boolean whole() {
        return whole;
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  /** Due each night; what ran is over. */
  private static ScheduledJob job(JobName name) {
    Plan plan =
        new Plan(
            name.text(),
            Schedule.parse("daily 02:00", ZoneOffset.UTC),
            Duration.ZERO,
            Optional.empty(),
            0,
            Duration.ZERO,
            List.of());
    return new ScheduledJob(
        name,
        plan,
        (entries, at) ->
            plan.at(
                entries.isEmpty()
                    ? Past.since(at)
                    : new Past(
                        entries.getFirst().due(),
                        Optional.of(entries.getLast().due()),
                        Optional.empty()),
                at));
  }

  private void record(JobName job, Instant due, Outcome outcome, int status) {
    new Runs(repository)
        .add(
            new Run(
                job,
                due,
                due,
                due.plusSeconds(90),
                outcome == Outcome.SEEN ? 0 : 1,
                0,
                outcome,
                status,
                "holdfast backup",
                "db1",
                "holdfast 1",
                "",
                Runs.newId()));
  }

  private String told(ScheduledJob... jobs) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    new Exposition("test", clock, LiveProcess.NONE)
        .write(looker.look(List.of(), List.of(jobs)), Optional.empty(), text);
    return text.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRunIsToldOfWithItsOutcomeAndWhatItTook() throws IOException {
    record(NIGHTLY, DUE.minus(Duration.ofDays(1)), Outcome.DONE, 0);
    record(NIGHTLY, DUE, Outcome.FAILED, 6);

    assertThat(told(job(NIGHTLY)))
        .contains(
            "holdfast_jobs_look_success 1.0",
            "holdfast_job_taken_up" + LABELS + " 1.0",
            "holdfast_job_runs" + LABELS + " 2.0",
            "holdfast_job_last_outcome{cluster=\"shop\",outcome=\"failed\",schedule=\"nightly\"} 1.0",
            "holdfast_job_last_duration_seconds" + LABELS + " 90.0",
            "holdfast_job_last_exit_status" + LABELS + " 6.0",
            "holdfast_job_failing" + LABELS + " 1.0",
            "holdfast_job_failures_of_last_day" + LABELS + " 1.0",
            "holdfast_job_overdue_seconds" + LABELS + " 0.0",
            "holdfast_job_paused" + LABELS + " 0.0")
        .contains("holdfast_job_last_success_timestamp_seconds" + LABELS)
        .doesNotContain("holdfast_job_running_since");
  }

  @Test
  void aJobThatNeverRanIsOverdueUnlessItRunsOrIsPaused() throws IOException {
    record(NIGHTLY, DUE.minusSeconds(600), Outcome.SEEN, -1);
    String overdue = "holdfast_job_overdue_seconds" + LABELS;

    assertThat(told(job(NIGHTLY)))
        .contains(overdue + " 3600.0", "holdfast_job_runs" + LABELS + " 0.0")
        .contains("holdfast_job_since_timestamp_seconds" + LABELS)
        .doesNotContain("holdfast_job_last");
    try (Lease held = new Runs(repository).take(NIGHTLY)) {
      held.ensureHeld();
      assertThat(told(job(NIGHTLY)))
          .contains(overdue + " 0.0")
          .containsPattern(
              "holdfast_job_running_since_timestamp_seconds\\{cluster=\"shop\",holder=");
    }
    new Pauses(repository).pause(new JobName("nightly", Optional.empty()), "somebody", now);
    assertThat(told(job(NIGHTLY)))
        .contains(overdue + " 0.0", "holdfast_job_paused" + LABELS + " 1.0");
  }

  @Test
  void whatNobodyRunsIsNotTakenUpAndConcernsTheWholeRepositoryWithoutACluster() throws IOException {
    assertThat(told(job(OFFSITE)))
        .contains("holdfast_job_taken_up{cluster=\"\",schedule=\"offsite\"} 0.0");
    assertThat(told()).doesNotContain("holdfast_job");
  }

  @Test
  void aDamagedRecordHidesNothingButWhatItSays() throws IOException {
    record(NIGHTLY, DUE, Outcome.DONE, 0);
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      Path record = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(record);
      bytes[bytes.length - 3] ^= 1;
      Files.write(record, bytes);
    }

    assertThat(told(job(NIGHTLY)))
        .contains("outcome=\"done\"", "holdfast_job_flawed_records" + LABELS + " 1.0")
        .doesNotContain("holdfast_job_last_duration_seconds");
  }

  /** A host whose clock was wrong has been here. */
  @Test
  void aRecordOfTheFutureIsNotTakenForTheLastRun() throws IOException {
    record(NIGHTLY, DUE, Outcome.FAILED, 6);
    assertThat(told(job(NIGHTLY))).contains("holdfast_job_flawed_records" + LABELS + " 0.0");
    record(NIGHTLY, DUE.plus(Duration.ofDays(9000)), Outcome.DONE, 0);

    assertThat(told(job(NIGHTLY)))
        .contains(
            "outcome=\"failed\"",
            "holdfast_job_failing" + LABELS + " 1.0",
            "holdfast_job_runs" + LABELS + " 1.0",
            "holdfast_job_flawed_records" + LABELS + " 1.0")
        .doesNotContain("holdfast_job_last_success");
  }

  @Test
  void theRepositoryIsKeptOpenWhileAllIsWellAndForAnHour() throws IOException {
    record(NIGHTLY, DUE, Outcome.DONE, 0);
    told(job(NIGHTLY));
    now = now.plus(Duration.ofMinutes(59));
    told(job(NIGHTLY));
    assertThat(opened).isEqualTo(1);
    now = now.plus(Duration.ofMinutes(1));
    told(job(NIGHTLY));
    assertThat(opened).isEqualTo(2);
    whole = false;
    told(job(NIGHTLY));
    assertThat(opened).as("open already").isEqualTo(2);
    assertThat(closed).as("a site was left out").isEqualTo(2);
  }

  @Test
  void whatCannotBeOpenedIsNotKnown() throws IOException {
    record(NIGHTLY, DUE, Outcome.DONE, 0);
    away = true;

    assertThat(told(job(NIGHTLY)))
        .contains("holdfast_jobs_look_success 0.0")
        .doesNotContain("holdfast_job_");
    away = false;
    assertThat(told(job(NIGHTLY))).contains("holdfast_jobs_look_success 1.0");
  }
}
