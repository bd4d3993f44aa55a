package io.holdfast.operations.backup;

import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Changes;
import io.holdfast.operations.physical.PhysicalDetails.Effort;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.operations.physical.PhysicalDetails.Server;
import io.holdfast.operations.physical.PhysicalDetails.StoredDatabase;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.postgres.BackupLabel;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.OnlineBackup;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerSession;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A physical backup of a running server, primary or standby. It follows PostgreSQL's low-level
 * backup protocol: the session that starts it stays open to its end, pg_control is read last, the
 * label is kept byte for byte.
 */
public final class PhysicalBackup {
  /** More remarks than this of one backup tell nobody anything. */
  private static final int NOTES = 200;

  private final ClusterArchive cluster;
  private final BackupRequest request;
  private final Progress progress;
  private final InstantSource clock;
  private final FindingsTally tally = new FindingsTally();
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Duration> durations = new LinkedHashMap<>();

  /** Why WAL must not be asked what changed; empty if it may be. */
  private final Optional<String> distrust;

  private PhysicalBackup(
      ClusterArchive cluster,
      BackupRequest request,
      Progress progress,
      InstantSource clock,
      Optional<String> distrust) {
    this.cluster = cluster;
    this.request = request;
    this.progress = progress;
    this.clock = clock;
    this.distrust = distrust;
  }

  /**
   * Takes a backup. When this returns, every byte of it and all the WAL it needs are durable in the
   * repository; when it throws, there is no backup.
   *
   * @throws io.holdfast.repository.LeaseHeldException if another backup of this cluster runs
   * @throws HoldfastException (source) if the server, its directory or its session are not as they
   *     must be; (repository) if something could not be made durable; (refused) if the server is
   *     not the one that the cluster's backups are of; (interrupted) if this thread was
   */
  public static BackupOutcome run(
      ClusterArchive cluster, BackupRequest request, Progress progress, InstantSource clock) {
    try {
      return run(cluster, request, progress, clock, Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED,
          "could not finish the backup of " + cluster.name() + ": interrupted",
          "No backup was made; what was written of it has been removed.",
          e);
    }
  }

  /** What is not to be trusted is never committed: then all is read and compared instead. */
  private static BackupOutcome run(
      ClusterArchive cluster,
      BackupRequest request,
      Progress progress,
      InstantSource clock,
      Optional<String> distrust)
      throws InterruptedException {
    try {
      return new PhysicalBackup(cluster, request, progress, clock, distrust).run();
    } catch (DistrustException e) {
      progress.warn(e.why() + "; taking the backup again, comparing everything");
      return run(cluster, request, progress, clock, Optional.of(e.why()));
    }
  }

  private BackupOutcome run() throws InterruptedException {
    Instant began = clock.instant();
    BackupId id = BackupId.next(began, new SecureRandom(), newest());
    try (Lease lease = cluster.acquire("backup", LeaseOptions.of("backup " + id));
        ServerSession session = ServerSession.connect(request.connection())) {
      Source source = Source.examine(session, request);
      source.refuseStranger(cluster, request.newSystem());
      Optional<Lsn> written =
          session.inRecovery() ? Optional.empty() : Optional.of(session.currentLsn());
      Restarts restarts = Restarts.look(cluster, session, source);
      try (WalGuarantee wal =
              WalGuarantee.prepare(cluster, request, source, id, written, progress, clock);
          BackupWriter writer = cluster.begin(id, request.write())) {
        return backUp(new Running(began, lease, session, source, restarts, wal, writer));
      }
    }
  }

  private Optional<BackupId> newest() {
    List<BackupId> ids = cluster.backupIds();
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
  }

  private record Running(
      Instant began,
      Lease lease,
      ServerSession session,
      Source source,
      Restarts restarts,
      WalGuarantee wal,
      BackupWriter writer) {}

  private BackupOutcome backUp(Running run) throws InterruptedException {
    OutsideConfig config =
        OutsideConfig.find(run.session(), run.source().files(), progress, this::note);
    ServerContent content = ServerContent.of(run.session());
    Instant serverStarted = run.session().serverTime();
    progress.begin("waiting for the server's checkpoint", 0);
    long clock0 = System.nanoTime();
    try (OnlineBackup online =
        run.session().startBackup("holdfast " + run.writer().id(), request.fastCheckpoint())) {
      clock0 = lap("start", clock0);
      ControlFile control = run.source().requireStarted(online);
      Basis basis = basis(run, online, control);
      clock0 = lap("plan", clock0);
      PhysicalCopy.Copied copied = copy(run, online, control, config, content, basis);
      byte[] controlBytes = run.source().controlAtEnd(control);
      clock0 = lap("copy", clock0);
      progress.begin("ending the backup on the server", 0);
      OnlineBackup.Stopped stopped = online.stop();
      Instant serverStopped = run.session().serverTime();
      clock0 = lap("stop", clock0);
      BackupLabel label = requireFitting(online, stopped);
      content.refuseChanges(run.session());
      progress.begin("waiting for the WAL to be in the repository", 0);
      run.wal()
          .await(
              online.start(),
              stopped.stop(),
              stopped.timeline(),
              new ArchivedBeginning(control, label.checkpoint(), online.start()));
      requireRepeatable(run, online, stopped);
      lap("wal", clock0);
      Window window =
          new Window(
              online.start(),
              online.timeline(),
              stopped.stop(),
              stopped.timeline(),
              label.checkpoint(),
              serverStarted,
              serverStopped,
              online.fromStandby(),
              run.wal().from());
      PhysicalDetails details =
          details(
              run,
              control,
              controlBytes,
              stopped,
              window,
              config,
              content,
              new Changes(basis.foundBy(), basis.why(), copied.audit()));
      return commit(run, basis, copied.bytesRead(), details);
    }
  }

  private Basis basis(Running run, OnlineBackup online, ControlFile control) {
    progress.begin("finding out what changed", 0);
    Basis basis =
        new BasisFinder(
                cluster,
                request,
                control,
                new ServerWal(run.wal().archive(), run.source().files()),
                new BasisFinder.Begun(
                    online.start(), run.wal().history(online.timeline()), run.restarts()),
                new SummaryCheck(run.session(), control.blocksPerSegment()))
            .find(distrust);
    progress.note(
        switch (basis) {
          case Basis.Nothing nothing -> "full backup: " + nothing.why();
          case Basis.Tracked tracked -> "reading what changed: " + tracked.why();
          case Basis.Scan scan -> "comparing everything: " + scan.why();
        });
    return basis;
  }

  private PhysicalCopy.Copied copy(
      Running run,
      OnlineBackup online,
      ControlFile control,
      OutsideConfig config,
      ServerContent content,
      Basis basis)
      throws InterruptedException {
    if (!control.checksummed()) {
      note("the cluster has no data checksums: damaged pages cannot be told from sound ones");
    } else if (control.blockSize() != PageChecksum.PAGE) {
      note("pages of " + control.blockSize() + " bytes are not checked, only those of 8192");
    }
    progress.begin(
        "copying", content.databases().stream().mapToLong(ServerSession.Database::size).sum());
    PhysicalCopy.Copied copied =
        new PhysicalCopy(
                cluster,
                run.writer(),
                run.source().files(),
                control,
                online.start(),
                basis,
                request,
                tally,
                progress,
                this::note)
            .run(
                config.joinedWith(entries -> run.source().files().walk(entries, this::note)),
                () -> {
                  online.check();
                  run.wal().check(online.start(), online.timeline());
                });
    online.check();
    return copied;
  }

  private void requireRepeatable(Running run, OnlineBackup online, OnlineBackup.Stopped stopped) {
    int major = run.source().facts().major();
    new FileCopies(run.wal().archive(), major)
        .requireRepeatable(
            new SummaryStore(cluster, run.wal().archive().systemIdentifier()),
            run.wal().history(stopped.timeline()),
            online.start(),
            stopped.stop());
  }

  private static BackupLabel requireFitting(OnlineBackup online, OnlineBackup.Stopped stopped) {
    BackupLabel label = BackupLabel.parse(stopped.label());
    if (!label.start().equals(online.start())
        || label.timeline() != online.timeline()
        || label.fromStandby() != online.fromStandby()
        || stopped.stop().isBefore(online.start())) {
      throw new PostgresException(
          "could not finish the backup: expected a label for the backup begun at "
              + online.start()
              + " on timeline "
              + online.timeline()
              + ", found one for "
              + label.start()
              + " on timeline "
              + label.timeline()
              + " that ends at "
              + stopped.stop(),
          "Start it again; if this comes back, report it with the server's version.",
          null);
    }
    return label;
  }

  private PhysicalDetails details(
      Running run,
      ControlFile control,
      byte[] controlBytes,
      OnlineBackup.Stopped stopped,
      Window window,
      OutsideConfig config,
      ServerContent content,
      Changes changes) {
    ServerFacts facts = run.source().facts();
    return new PhysicalDetails(
        new Server(
            facts.systemIdentifier(),
            facts.versionNumber(),
            facts.version(),
            control.controlVersion(),
            control.catalogVersion(),
            control.walSegmentSize(),
            control.blockSize(),
            control.blocksPerSegment(),
            control.dataChecksumVersion(),
            facts.dataDirectory(),
            facts.port()),
        window,
        stopped.label(),
        stopped.tablespaceMap(),
        controlBytes,
        content.tablespaces(),
        content.databases().stream()
            .map(d ->
                new StoredDatabase(
                    d.oid(), d.name(), d.encoding(), d.collate(), d.collationVersion(), d.size()))
            .toList(),
        content.extensions(),
        SecretSettings.without(content.settings()),
        config.files(),
        findings(window.stop()),
        notes,
        new Effort(request.jobs(), durations),
        changes);
  }

  private Findings findings(Lsn stop) {
    Findings findings = tally.total(stop);
    if (findings.damagedPages() > 0) {
      progress.warn(
          "DAMAGED PAGES: "
              + findings.damagedPages()
              + " pages have a wrong checksum, first "
              + findings.damaged().getFirst().path()
              + " block "
              + findings.damaged().getFirst().block()
              + ". The backup is kept and marked; keep older backups until this is understood.");
    }
    findings
        .oddFiles()
        .forEach(path -> progress.warn(path + " is no multiple of the page size; stored as it is"));
    return findings;
  }

  private BackupOutcome commit(Running run, Basis basis, long bytesRead, PhysicalDetails details) {
    progress.begin("making the backup durable", 0);
    Window window = details.window();
    run.writer()
        .requiring(
            site -> run.wal().isOn(site, window.start(), window.stop(), window.stopTimeline()));
    Manifest manifest =
        run.writer()
            .commit(
                new BackupWriter.Commit(
                    PhysicalDetails.KIND,
                    basis.parent().map(Manifest::id),
                    run.began(),
                    clock.instant(),
                    bytesRead,
                    details.toJson()),
                run.lease()::ensureHeld);
    progress.end();
    return new BackupOutcome(manifest, details);
  }

  /** For people, now and in the manifest; any thread. */
  private void note(String line) {
    progress.note(line);
    if (notes.size() < NOTES) {
      notes.add(line);
    }
  }

  private long lap(String step, long since) {
    long now = System.nanoTime();
    durations.put(step, Duration.ofNanos(now - since));
    return now;
  }
}
