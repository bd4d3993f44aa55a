package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Plans;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.doctor.BackupLook;
import io.holdfast.operations.doctor.BackupRules;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.ProofLook;
import io.holdfast.operations.doctor.ProofRules;
import io.holdfast.operations.doctor.ScheduleLook;
import io.holdfast.operations.doctor.ScheduleRules;
import io.holdfast.operations.doctor.WalLook;
import io.holdfast.operations.doctor.WalRules;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether what there is of a cluster, and what is to happen to it, is as it should be. */
final class ClusterCheck {
  /** So many proofs are looked through for the last rehearsal. */
  private static final int LOOK_BACK = 60;

  private final OpenCluster cluster;
  private final List<ScheduleLook.Timed> jobs;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Manifest> newest = new HashMap<>();
  private Optional<DirectoryCheck> directory = Optional.empty();

  private ClusterCheck(OpenCluster cluster, List<ScheduleLook.Timed> jobs, InstantSource clock) {
    this.cluster = cluster;
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * @param jobs of this cluster
   */
  static ClusterCheck of(OpenCluster cluster, List<ScheduleLook.Timed> jobs, InstantSource clock) {
    ClusterCheck check = new ClusterCheck(cluster, jobs, clock);
    check.look();
    return check;
  }

  List<Finding> findings() {
    return findings;
  }

  Optional<DirectoryCheck> directory() {
    return directory;
  }

  /** Bytes of the newest physical backup; 0 without one. */
  long bytes() {
    return Optional.ofNullable(newest.get("physical"))
        .map(manifest -> manifest.totals().bytes())
        .orElse(0L);
  }

  private void look() {
    String subject = "repository for " + cluster.name();
    Optional<ClusterStatus> status = Optional.empty();
    try {
      ClusterArchive archive = cluster.archive();
      // Taking a lease creates, replaces and deletes an object: all that is ever done to a site.
      try (Lease lease = archive.acquire("doctor", LeaseOptions.of("doctor"))) {
        lease.ensureHeld();
      }
      findings.add(Finding.ok(subject, "can be written").in(cluster.name()));
      status =
          Optional.of(
              new Status(cluster.opened().repository(), clock)
                  .of(
                      cluster.name(),
                      each -> newest.merge(each.kind(), each, ClusterCheck::later)));
      findings.addAll(BackupRules.of(backups(status.get())));
    } catch (HoldfastException e) {
      findings.add(Finding.of(DoctorCode.REPOSITORY_UNUSABLE, subject, e).in(cluster.name()));
    }
    if (cluster.settings().isPresent()) {
      server(status);
    }
    if (status.isPresent()) {
      attempt("whether its backups were proven", () -> ProofRules.of(proofs(), clock.instant()));
    }
    if (cluster.settings().isPresent() && status.isPresent()) {
      findings.addAll(ScheduleRules.of(schedules(), clock.instant()));
    }
  }

  private static Manifest later(Manifest one, Manifest other) {
    return other.finished().isBefore(one.finished()) ? one : other;
  }

  private void server(Optional<ClusterStatus> status) {
    boolean dumps =
        jobs.stream().anyMatch(ScheduleLook.Timed::dumps) || newest.containsKey(LogicalFiles.KIND);
    ServerCheck server = ServerCheck.of(cluster, dumps, clock);
    findings.addAll(server.findings());
    directory = server.directory();
    status.ifPresent(each ->
        findings.addAll(
            WalRules.of(
                new WalLook(
                    cluster.name(),
                    cluster.declared().wal().receive(),
                    Optional.ofNullable(each.leases().get(Receiver.LEASE)),
                    server.health()))));
  }

  private void attempt(String check, Supplier<List<Finding>> look) {
    try {
      findings.addAll(look.get());
    } catch (HoldfastException e) {
      findings.add(
          Finding.unchecked("repository for " + cluster.name(), check, e).in(cluster.name()));
    }
  }

  private BackupLook backups(ClusterStatus status) {
    Optional<Manifest> dump = Optional.ofNullable(newest.get(LogicalFiles.KIND));
    return new BackupLook(
        status,
        cluster.settings().isPresent(),
        ended(),
        dump.map(Manifest::id),
        dump.map(each -> LogicalDetails.of(each).notSaved()).orElse(List.of()),
        cluster.retention(),
        cluster.config().toString());
  }

  private Map<String, Instant> ended() {
    Map<String, Instant> ended = new HashMap<>();
    newest.forEach((kind, manifest) -> ended.put(kind, manifest.finished()));
    return ended;
  }

  private ProofLook proofs() {
    Proofs proofs = new Proofs(cluster.archive());
    List<TestPlan> plans = cluster.settings().map(Plans::of).orElse(List.of());
    return new ProofLook(
        cluster.name(),
        !new Backups(cluster.archive()).newest(1).isEmpty(),
        proofs.last(),
        lastDrill(proofs),
        plans,
        plans.isEmpty()
            ? new CarriedOut(Map.of(), Optional.empty())
            : new PlanRuns(cluster.archive()).of(plans, clock.instant()));
  }

  private static Optional<Instant> lastDrill(Proofs proofs) {
    return proofs.list().reversed().stream()
        .limit(LOOK_BACK)
        .flatMap(entry -> proofs.read(entry).stream())
        .filter(proof -> proof.drill() && proof.restored())
        .map(Proof::ended)
        .findFirst();
  }

  private ScheduleLook schedules() {
    return new ScheduleLook(
        cluster.name(),
        jobs,
        !cluster.declared().prove().plans().isEmpty(),
        cluster.retention(),
        ended(),
        cluster.config().toString());
  }
}
