package io.holdfast.operations.proof;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.restore.Landmarks;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.Restore;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.operations.restore.RestorePlan;
import io.holdfast.operations.restore.RestoreRequest;
import io.holdfast.operations.restore.RestoreResult;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.Programs;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server made of a physical backup, that nobody but us can reach and that does nothing. */
final class PhysicalCopy {
  private static final long LITTLE = 48L << 20;

  private final ClusterArchive archive;
  private final BackupId id;
  private final PhysicalDetails details;
  private final ProofRequest request;
  private final RestoreHost host;
  private final InstantSource clock;

  PhysicalCopy(
      ClusterArchive archive,
      BackupId id,
      ProofRequest request,
      RestoreHost host,
      InstantSource clock) {
    this.archive = archive;
    this.id = id;
    this.details = PhysicalDetails.of(archive.open(id).manifest());
    this.request = request;
    this.host = host;
    this.clock = clock;
  }

  PhysicalDetails details() {
    return details;
  }

  /**
   * @param connection as a superuser, through its socket
   * @param plan of its restore
   */
  record Up(
      RestoreResult.Started server,
      ConnectionSettings connection,
      Programs programs,
      RestorePlan plan) {}

  Up make(Scratch scratch, Ledger ledger, Progress progress) {
    Programs programs =
        Programs.find(details.server().major(), host.programs())
            .orElseThrow(() ->
                new CouldNotVerifyException(
                    "no programs of PostgreSQL "
                        + details.server().major()
                        + " are on this machine: install postgresql-"
                        + details.server().major()
                        + ", or name their place with bin-directory"));
    Restore restore = new Restore(archive, host, clock);
    RestorePlan plan = plan(restore, scratch, ledger, progress);
    RestoreResult.Started server =
        request
            .drill()
            .map(drill -> rehearsed(drill, plan, scratch, ledger, progress))
            .orElseGet(() -> here(restore, plan, ledger, progress));
    Instant before = clock.instant();
    ConnectionSettings connection = asSuperuser(scratch, server.port());
    ledger.recovery("first query", Duration.between(before, clock.instant()));
    return new Up(server, connection, programs, plan);
  }

  private RestoreResult.Started rehearsed(
      Drill drill, RestorePlan plan, Scratch scratch, Ledger ledger, Progress progress) {
    return new Rehearsal(drill, scratch, ledger, clock, progress)
        .restore(plan, scratch.owner())
        .server()
        .orElseThrow(() -> new CouldNotVerifyException("the runbook's restore starts no server"));
  }

  private static RestoreResult.Started here(
      Restore restore, RestorePlan plan, Ledger ledger, Progress progress) {
    RestoreResult result = restored(restore, plan, ledger, progress);
    RestoreResult.Started server = result.server().orElseThrow();
    ledger.recovery("fetch", result.copying());
    ledger.recovery("recover", server.took());
    return server;
  }

  private RestorePlan plan(Restore restore, Scratch scratch, Ledger ledger, Progress progress) {
    try {
      RestorePlan plan = restore.plan(asked(scratch, request.target()), progress);
      Optional<RecoveryTarget> moment =
          request.anyMoment().flatMap(random -> Landmarks.anyMoment(archive, plan, random));
      return moment.isEmpty() ? plan : restore.plan(asked(scratch, moment.get()), progress);
    } catch (HoldfastException e) {
      if (e.getClass() == HoldfastException.class && e.status() == ExitStatus.REFUSED) {
        ledger.finding(
            FindingCode.TARGET_OUT_OF_REACH, "backup " + id, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static RestoreResult restored(
      Restore restore, RestorePlan plan, Ledger ledger, Progress progress) {
    try {
      return restore.run(plan, progress);
    } catch (HoldfastException e) {
      if (e.getCause() instanceof IOException) {
        throw new CouldNotVerifyException("the copy could not be written: " + e.getMessage());
      }
      if (e.status() == ExitStatus.SOURCE_FAILED || e.status() == ExitStatus.NO) {
        requireRoomLeft(plan, e);
        requireLibraries(e);
        ledger.finding(
            FindingCode.RECOVERY_FAILED, "the restored server", String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** What the source preloads this machine may lack; WAL of an extension of its own needs it. */
  private static void requireLibraries(HoldfastException failure) {
    String said = String.valueOf(failure.getMessage());
    if (said.contains("could not access file") || said.contains("resource manager with ID")) {
      throw new CouldNotVerifyException(
          "the copy needs a library of an extension that this machine does not have: " + said);
    }
  }

  /** A full disk ends every server, and says nothing about the backup. */
  private static void requireRoomLeft(RestorePlan plan, HoldfastException failure) {
    try {
      long free = Files.getFileStore(plan.directory().resolveSibling("")).getUsableSpace();
      if (free < LITTLE) {
        throw new CouldNotVerifyException(
            "the disk of the copy is full, " + plan.directory() + ": " + failure.getMessage());
      }
    } catch (IOException e) {
      throw failure;
    }
  }

  private RestoreRequest asked(Scratch scratch, RecoveryTarget target) {
    String hba = "local all all trust\n";
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("hba_file", scratch.write("pg_hba.conf", hba).toString());
    settings.put("ident_file", scratch.write("pg_ident.conf", "").toString());
    settings.put("listen_addresses", "");
    settings.put("unix_socket_directories", scratch.data().toString());
    settings.put("shared_buffers", "128MB");
    settings.put("maintenance_work_mem", "64MB");
    settings.put("work_mem", "16MB");
    settings.put("max_parallel_workers", "0");
    settings.put("huge_pages", "off");
    settings.put("autovacuum", "off");
    settings.put("jit", "off");
    if (details.server().major() >= 17) {
      settings.put("event_triggers", "off");
    }
    RestoreRequest.Builder request =
        RestoreRequest.to(scratch.data())
            .at(target)
            .from(Optional.of(id))
            .mapping(tablespaces(scratch))
            .ownedBy(scratch.owner())
            .workers(this.request.jobs())
            .with(settings)
            .standing(Programs.Standing.BEHIND)
            .start(true);
    return request.build();
  }

  private Map<String, Path> tablespaces(Scratch scratch) {
    Map<String, Path> places = new LinkedHashMap<>();
    details.tablespaces().stream()
        .filter(each -> !each.location().isEmpty())
        .forEach(each ->
            places.put(
                Integer.toUnsignedString(each.oid()), scratch.file("tablespace-" + each.oid())));
    return places;
  }

  /** Whoever the copy knows: the configured role may be none, or may be no superuser. */
  private ConnectionSettings asSuperuser(Scratch scratch, int port) {
    ConnectionSettings base =
        new ConnectionSettings(
            Map.of(
                "host", scratch.data().toString(),
                "port", Integer.toString(port),
                "dbname", "postgres"));
    List<String> candidates = new ArrayList<>();
    host.connection().map(c -> c.parameters().get("user")).ifPresent(candidates::add);
    candidates.add("postgres");
    PostgresException failure = null;
    for (String user : candidates) {
      for (String database : List.of("postgres", "template1")) {
        ConnectionSettings tried = base.with("user", user).with("dbname", database);
        try (CopySession session = CopySession.connect(tried)) {
          Optional<String> superuser = session.superusers().stream().findFirst();
          if (superuser.isPresent()) {
            return tried.with("user", superuser.get());
          }
        } catch (PostgresException e) {
          failure = failure == null ? e : failure;
        }
      }
    }
    throw new CouldNotVerifyException(
        "the copy runs, but no superuser that may log in was found in it"
            + (failure == null ? "" : ": " + failure.getMessage()));
  }
}
