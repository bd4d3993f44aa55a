package io.holdfast.operations.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.retention.Keeping;
import io.holdfast.operations.sync.Sync;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SyncReport;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunsTest {
  private static final JobName NIGHTLY = new JobName("nightly", Optional.of("shop"));
  private static final JobName OFFSITE = new JobName("offsite", Optional.empty());
  private static final Instant DUE = Instant.parse("2026-11-27T02:00:00Z");

  @TempDir private Path folder;
  private Repository repository;
  private Runs runs;

  @BeforeEach
  void create() {
    repository =
        Repository.create(
            Storages.local(folder),
            new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey())),
            "first",
            InstantSource.system());
    runs = new Runs(repository);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private static Run run(JobName job, Instant due, int attempt, Outcome outcome) {
    return new Run(
        job,
        due,
        due.plusSeconds(1),
        due.plusSeconds(61),
        attempt,
        2,
        outcome,
        outcome == Outcome.DONE ? 0 : 6,
        "holdfast backup shop",
        "db1",
        "holdfast 1",
        "what it said",
        Runs.newId());
  }

  @Test
  void whatRanIsThereForEverybody() {
    Run failed = run(NIGHTLY, DUE, 1, Outcome.FAILED);
    Run done = run(NIGHTLY, DUE, 2, Outcome.DONE);
    Run other = run(OFFSITE, DUE, 0, Outcome.NO);
    runs.add(failed);
    runs.add(done);
    runs.add(other);

    Runs seen = new Runs(repository);
    assertThat(seen.all()).containsOnlyKeys(NIGHTLY, OFFSITE);
    assertThat(seen.of(NIGHTLY)).extracting(RunEntry::attempt).containsExactly(1, 2);
    assertThat(seen.of(NIGHTLY)).extracting(RunEntry::due).containsOnly(DUE);
    assertThat(seen.read(seen.of(NIGHTLY).getLast())).contains(done);
    assertThat(seen.read(seen.of(OFFSITE).getFirst())).contains(other);
    assertThat(seen.of(OFFSITE).getFirst().byHand()).isTrue();
  }

  /** Then it tells the same if it is the only one that is left. */
  @Test
  void aSiteThatWasAwayIsBroughtWhatRanAndWhatIsPaused() {
    try (Storage offsite = Storages.memory("offsite")) {
      sync(offsite);
      runs.add(run(NIGHTLY, DUE.minus(Duration.ofDays(1)), 0, Outcome.SEEN));
      Run done = run(NIGHTLY, DUE, 1, Outcome.DONE);
      runs.add(done);
      runs.add(run(OFFSITE, DUE, 0, Outcome.NO));
      new Pauses(repository).pause(OFFSITE, "somebody", DUE);

      SyncReport report = sync(offsite);

      assertThat(report.objects()).isEqualTo(4);
      assertThat(report.complete()).isTrue();
      Repository alone = repository.on(offsite);
      assertThat(new Runs(alone).all()).isEqualTo(runs.all());
      assertThat(new Runs(alone).read(runs.of(NIGHTLY).getLast())).contains(done);
      assertThat(new Pauses(alone).all()).containsExactly(OFFSITE);
      assertThat(sync(offsite).objects()).isZero();
    }
  }

  @Test
  void aPauseThatWasLiftedMeanwhileStopsNobodyWhenTheSiteIsBack() {
    try (Storage offsite = Storages.memory("offsite");
        Storage here = Storages.local(folder);
        Storage fresh = Storages.memory("fresh")) {
      runs.add(run(OFFSITE, DUE, 0, Outcome.SEEN));
      new Pauses(repository).pause(OFFSITE, "somebody", DUE);
      sync(offsite);
      new Pauses(repository).resume(OFFSITE);

      Repository alone = repository.on(offsite);
      sync(alone, offsite, fresh);
      assertThat(new Pauses(alone.on(fresh)).all()).as("a new site").containsExactly(OFFSITE);
      sync(alone, offsite, here);
      assertThat(new Pauses(repository).all()).as("the first site knows better").isEmpty();
      sync(offsite);
      assertThat(new Pauses(alone).all()).as("follows it").isEmpty();
    }
  }

  /** From a further site. */
  private static void sync(Repository source, Storage from, Storage to) {
    var _ =
        new Sync(source, from, new Sync.Options(false, 0, 2), Progress.NONE)
            .to("there", to, Keeping.EVERYTHING, InstantSource.system());
  }

  private SyncReport sync(Storage to) {
    try (Storage from = Storages.local(folder)) {
      return new Sync(repository, from, new Sync.Options(true, 0, 2), Progress.NONE)
          .to("offsite", to, Keeping.EVERYTHING, InstantSource.system());
    }
  }

  @Test
  void theNewestAreKept() {
    runs.add(run(NIGHTLY, DUE.minus(Duration.ofDays(1)), 0, Outcome.SEEN));
    for (int i = 0; i < Runs.KEPT + 5; i++) {
      runs.add(run(NIGHTLY, DUE.plusSeconds(i), 1, Outcome.DONE));
    }

    List<RunEntry> kept = runs.of(NIGHTLY);
    assertThat(kept).hasSize(Runs.KEPT);
    assertThat(kept.getFirst().due()).isEqualTo(DUE.plusSeconds(5));
  }

  @Test
  void fromWhenItCountsIsKeptAsLongAsNothingEnded() {
    runs.add(run(NIGHTLY, DUE.minus(Duration.ofDays(1)), 0, Outcome.SEEN));
    for (int i = 0; i < Runs.KEPT + 5; i++) {
      runs.add(run(NIGHTLY, DUE.plusSeconds(i), 1, Outcome.FAILED));
    }

    assertThat(runs.of(NIGHTLY)).first().extracting(RunEntry::outcome).isEqualTo(Outcome.SEEN);
  }

  @Test
  void aRunThatSomebodyRenamedIsNotBelieved() throws Exception {
    runs.add(run(NIGHTLY, DUE, 1, Outcome.FAILED));
    Path stored;
    try (var files = Files.walk(folder.resolve("runs"))) {
      stored = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    Files.move(
        stored, stored.resolveSibling(stored.getFileName().toString().replace("failed", "done")));

    RunEntry forged = runs.of(NIGHTLY).getFirst();
    assertThat(forged.outcome()).isEqualTo(Outcome.DONE);
    assertThatThrownBy(() -> runs.read(forged)).isInstanceOf(RepositoryDamagedException.class);
  }

  /** A host whose clock was wrong ran it for days. */
  @Test
  void whatIsOfTheFuturePushesOutNothing() {
    for (int i = 0; i < Runs.KEPT; i++) {
      runs.add(run(NIGHTLY, DUE.plus(Duration.ofDays(9000)).plusSeconds(i), 1, Outcome.DONE));
    }

    Run now = run(NIGHTLY, DUE, 1, Outcome.DONE);
    runs.add(now);

    Records records = new Records(runs.of(NIGHTLY), DUE.plusSeconds(100));
    assertThat(records.last().map(RunEntry::id)).contains(now.id());
    assertThat(records.counting()).hasSize(1);
    assertThat(records.flaws()).hasSize(Runs.KEPT);
  }

  @Test
  void whatIsWrongWithRecordsIsToldAndCanBeRemoved() throws Exception {
    Instant now = DUE.plus(Duration.ofHours(1));
    runs.add(run(NIGHTLY, DUE, 1, Outcome.DONE));
    damage("runs", 1);
    Run good = run(NIGHTLY, DUE.plusSeconds(60), 1, Outcome.DONE);
    runs.add(good);
    runs.add(run(NIGHTLY, DUE.plus(Duration.ofDays(9000)), 1, Outcome.DONE));
    byte[] stray = {1};
    repository.objects("runs").put("nightly/shop/what", stray, 0, 1, Map.of());
    repository.objects("runs").put("nightly/beside", stray, 0, 1, Map.of());
    repository.objects("runs").put("nightly/other/what", stray, 0, 1, Map.of());

    List<Flaw> flaws = runs.flaws(NIGHTLY, now);
    assertThat(flaws)
        .extracting(Flaw::found)
        .satisfiesExactlyInAnyOrder(
            damaged -> assertThat(damaged).startsWith("is damaged: "),
            future -> assertThat(future).startsWith("is of the future, due 2051"),
            strange -> assertThat(strange).startsWith("is not named as a run is"),
            beside -> assertThat(beside).startsWith("is not named as a run is"));
    assertThat(flaws).allSatisfy(flaw -> assertThat(folder.resolve(flaw.place())).exists());

    flaws.forEach(runs::remove);
    assertThat(runs.list().strange())
        .as("of another cluster")
        .extracting(Flaw::place)
        .containsExactly("runs/nightly/other/what");
    assertThat(runs.of(NIGHTLY)).extracting(RunEntry::id).containsExactly(good.id());
  }

  @Test
  void whatIsNoPausePausesNothingAndIsTold() {
    byte[] stray = {1};
    repository.objects("pauses").put("nightly/x", stray, 0, 1, Map.of());
    Pauses pauses = new Pauses(repository);

    assertThat(pauses.all()).isEmpty();
    assertThat(pauses.flaws(DUE))
        .singleElement()
        .satisfies(flaw -> {
          assertThat(flaw.found()).contains("pauses nothing");
          assertThat(flaw.remedy()).startsWith("remove it where the site keeps it");
          assertThat(flaw.concerns(NIGHTLY)).isTrue();
        });
  }

  @Test
  void aDamagedPauseHoldsAndIsTold() throws Exception {
    Pauses pauses = new Pauses(repository);
    pauses.pause(NIGHTLY, "somebody", DUE);
    assertThat(pauses.flaws(DUE)).isEmpty();
    assertThat(pauses.flaws(DUE.minus(Duration.ofDays(1))))
        .as("a moment of the future")
        .singleElement()
        .satisfies(flaw -> assertThat(flaw.found()).contains("paused at " + DUE));

    damage("pauses", 1);

    assertThat(pauses.all()).containsExactly(NIGHTLY);
    assertThat(pauses.flaws(DUE))
        .singleElement()
        .satisfies(flaw -> {
          assertThat(flaw.job()).isEqualTo(NIGHTLY);
          assertThat(flaw.found()).startsWith("is damaged; the schedule stays paused");
          assertThat(flaw.remedy()).startsWith("holdfast schedule resume nightly shop");
        });
    assertThat(pauses.resume(NIGHTLY)).isTrue();
    assertThat(pauses.flaws(DUE)).isEmpty();
  }

  @Test
  void whatIsCheckedIsWhatIsAskedForAndOfRunsTheLast() throws Exception {
    runs.add(run(NIGHTLY, DUE, 1, Outcome.DONE));
    runs.add(run(OFFSITE, DUE, 1, Outcome.DONE));
    damage("runs", 2);
    RecordCheck check = new RecordCheck(repository);
    Instant now = DUE.plus(Duration.ofHours(1));

    assertThat(check.of(Set.of(NIGHTLY), runs.list(), now))
        .singleElement()
        .extracting(Flaw::job)
        .isEqualTo(NIGHTLY);
    runs.add(run(NIGHTLY, DUE.plusSeconds(60), 1, Outcome.DONE));
    assertThat(check.of(Set.of(NIGHTLY), runs.list(), now)).isEmpty();
  }

  private void damage(String area, int count) throws Exception {
    try (var files = Files.walk(folder.resolve(area))) {
      List<Path> stored = files.filter(Files::isRegularFile).toList();
      assertThat(stored).hasSize(count);
      for (Path each : stored) {
        byte[] bytes = Files.readAllBytes(each);
        bytes[bytes.length - 3] ^= 1;
        Files.write(each, bytes);
      }
    }
  }

  @Test
  void oneAloneRunsAJob() {
    try (Lease held = runs.take(NIGHTLY)) {
      held.ensureHeld();
      assertThat(runs.runner(NIGHTLY)).isPresent();
      assertThatThrownBy(() -> new Runs(repository).take(NIGHTLY))
          .isInstanceOf(LeaseHeldException.class);
      assertThat(runs.runner(OFFSITE)).isEmpty();
      try (Lease other = runs.take(OFFSITE);
          Lease unrelated = repository.acquire("keys", LeaseOptions.of("something else"))) {
        other.ensureHeld();
        unrelated.ensureHeld();
        assertThat(runs.runners()).containsOnlyKeys(NIGHTLY, OFFSITE);
        assertThat(runs.runners().values())
            .extracting(LeaseHolder::purpose)
            .containsExactlyInAnyOrder("run nightly/shop", "run offsite");
      }
    }
    assertThat(runs.runner(NIGHTLY)).isEmpty();
  }

  @Test
  void whatIsPausedStaysSoUntilItIsResumed() {
    Pauses pauses = new Pauses(repository);
    JobName all = new JobName("nightly", Optional.empty());
    pauses.pause(all, "somebody", DUE);
    pauses.pause(all, "somebody", DUE);

    Set<JobName> paused = new Pauses(repository).all();
    assertThat(paused).containsExactly(all);
    assertThat(Pauses.isPaused(paused, NIGHTLY)).isTrue();
    assertThat(Pauses.isPaused(paused, OFFSITE)).isFalse();
    assertThat(pauses.resume(all)).isTrue();
    assertThat(pauses.resume(all)).isFalse();
    assertThat(pauses.all()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ExitStatus.class)
  void everyStatusIsAnOutcome(ExitStatus status) {
    assertThat(Outcome.of(status) == Outcome.DONE).isEqualTo(status == ExitStatus.DONE);
  }
}
