package io.holdfast.api;

import io.holdfast.operations.backup.FilesBackup;
import io.holdfast.operations.backup.FilesRequest;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.operations.view.ClusterFindings;
import io.holdfast.operations.view.IncidentView;
import io.holdfast.operations.view.ReceiverView;
import io.holdfast.operations.view.ScheduleView;
import io.holdfast.operations.view.SiteView;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** An encrypted repository with something of everything, and what a service would say beside. */
final class ServedRepository implements Fleet, Timetable, AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  static final String PASSPHRASE = "canary-passphrase-9f2c";
  static final JobName NIGHTLY = new JobName("nightly", Optional.of("main"));

  private final Storage storage;
  private final Repository repository;
  private final List<BackupId> backups = new ArrayList<>();
  final List<String> done = new ArrayList<>();
  private volatile Optional<CountDownLatch> gate = Optional.empty();
  private volatile Optional<String> failure = Optional.empty();

  ServedRepository(Path folder) throws IOException {
    storage = Storages.local(folder.resolve("repository"), Repository.placement());
    InstantSource clock = InstantSource.fixed(NOW);
    try (Secret secret = Secret.copyOf(PASSPHRASE.getBytes(StandardCharsets.UTF_8))) {
      repository =
          Repository.create(storage, new KeySource.Keys(List.of(secret), List.of()), "test", clock);
    }
    Path files = Files.createDirectories(folder.resolve("files"));
    Files.writeString(files.resolve("one"), "canary-content-77ab");
    for (int at = 0; at < 3; at++) {
      backups.add(backup(files, NOW.minusSeconds(3600 - at * 60L)));
    }
    backups.forEach(id -> new Proofs(repository.cluster("main")).add(proof(id)));
    for (int at = 0; at < 3; at++) {
      new Runs(repository).add(run("run" + at, NOW.minusSeconds(600 - at * 60L)));
    }
  }

  private BackupId backup(Path files, Instant when) {
    FilesRequest request =
        new FilesRequest(
            List.of(files), List.of(), Optional.empty(), false, 0, WriteOptions.DEFAULT);
    return FilesBackup.run(
            repository.cluster("main"), request, Progress.NONE, InstantSource.fixed(when))
        .manifest()
        .id();
  }

  private Proof proof(BackupId backup) {
    return new Proof(
        repository.id().toString(),
        "main",
        backup,
        "files",
        Rung.STORED,
        "",
        "",
        false,
        "",
        "here",
        "test",
        NOW,
        NOW,
        "",
        List.of(),
        List.of(),
        List.of(),
        0,
        Optional.empty(),
        List.of());
  }

  private static Run run(String id, Instant ended) {
    return new Run(
        NIGHTLY,
        ended,
        ended,
        ended,
        1,
        0,
        Outcome.DONE,
        0,
        "holdfast backup main",
        "here",
        "test",
        "said this",
        id);
  }

  BackupId newest() {
    return backups.getLast();
  }

  /** Nothing is answered until the latch is down. */
  void hang(CountDownLatch until) {
    gate = Optional.of(until);
  }

  void fail(String message) {
    failure = Optional.of(message);
  }

  void goOn() {
    gate = Optional.empty();
    failure = Optional.empty();
  }

  @Override
  public Repository repository() {
    gate.ifPresent(ServedRepository::await);
    failure.ifPresent(message -> {
      throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, message, "Look there.");
    });
    return repository;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(ExitStatus.INTERRUPTED, "interrupted");
    }
  }

  @Override
  public Set<String> declared() {
    return Set.of("main", "other");
  }

  @Override
  public Optional<ClusterFindings.Declared> declared(String cluster) {
    return Optional.of(new ClusterFindings.Declared(Optional.of("7 daily"), List.of()));
  }

  @Override
  public List<SiteView> sites(Predicate<String> clusters) {
    SiteView.OfCluster holds =
        new SiteView.OfCluster("main", 3, 0, null, "id", List.of(), NOW, 0, 5L);
    SiteView away =
        new SiteView(
            "offsite", "/elsewhere", false, false, "gone", List.of(), List.of(), List.of());
    SiteView here =
        new SiteView("here", "/here", true, true, null, List.of(holds), List.of("k"), List.of());
    return List.of(here, away);
  }

  @Override
  public List<IncidentView> incidents(String cluster) {
    return cluster.isEmpty()
        ? List.of()
        : List.of(
            new IncidentView(
                cluster, "run.nightly", "error", "title", "", "", "", NOW, NOW, null, 0));
  }

  @Override
  public Map<String, ReceiverView> receivers() {
    return Map.of(
        "main",
        new ReceiverView(
            "main", "streaming", 1, "0/3000000", "0/3000000", 0L, NOW.minusSeconds(2), null),
        "other",
        new ReceiverView("other", "on another node", null, null, null, null, null, null));
  }

  @Override
  public List<JobName> jobs() {
    return List.of(
        NIGHTLY,
        new JobName("weekly", Optional.of("main")),
        new JobName("weekly", Optional.of("other")),
        new JobName("offsite", Optional.empty()));
  }

  @Override
  public List<ScheduleView> schedules(List<JobName> jobs) {
    return jobs.stream()
        .map(job ->
            new ScheduleView(
                job.schedule(),
                job.cluster().orElse(null),
                "backup",
                "daily 02:00",
                "",
                null,
                null,
                false,
                List.of(NOW),
                List.of(),
                job.equals(NIGHTLY) ? "abc" : null))
        .toList();
  }

  @Override
  public Optional<String> run(JobName job, String by) {
    done.add("run " + job + " by " + by);
    return job.equals(NIGHTLY) ? Optional.of("fresh1") : Optional.empty();
  }

  @Override
  public void pause(JobName job, String by) {
    done.add("pause " + job + " by " + by);
  }

  @Override
  public boolean resume(JobName job, String by) {
    done.add("resume " + job + " by " + by);
    return job.equals(NIGHTLY);
  }

  @Override
  public void close() {
    try (storage) {
      repository.close();
    }
  }
}
