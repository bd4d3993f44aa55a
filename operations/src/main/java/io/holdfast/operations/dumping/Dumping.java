package io.holdfast.operations.dumping;

import io.holdfast.operations.dumping.DatabaseDump.Held;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalDetails.Server;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.DumpSource;
import io.holdfast.postgres.DumpSource.Database;
import io.holdfast.postgres.DumpSource.Facts;
import io.holdfast.postgres.PostgresException;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A logical backup of a running server, primary or standby: roles and tablespaces, settings, and a
 * dump of each chosen database, all of one moment as nearly as it can be had. What pg_dump writes
 * is kept byte for byte; what an earlier backup has of it is not stored again.
 */
public final class Dumping {
  /** More remarks than this of one backup tell nobody anything. */
  private static final int TRANSACTION_TIMEOUT = 17;

  private static final int NOTES = 200;

  private final ClusterArchive cluster;
  private final LogicalRequest request;
  private final Progress progress;
  private final InstantSource clock;
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notSaved = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private Dumping(
      ClusterArchive cluster, LogicalRequest request, Progress progress, InstantSource clock) {
    this.cluster = cluster;
    this.request = request;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Takes a backup. When this returns, every byte of it is durable in the repository, and each
   * table has as many rows in its dump as were counted in the dump's snapshot, which has no more
   * indexes, grants and other things either. When it throws, there is no backup, and no session on
   * the server.
   *
   * @throws io.holdfast.repository.LeaseHeldException if another backup of this cluster runs
   * @throws HoldfastException (usage) if a pattern means no database; (source) if the server or a
   *     program is not as it must be, or fails; (repository) if something could not be made
   *     durable; (refused) if the server is not the one that the cluster's backups are of;
   *     (interrupted) if this thread was
   */
  public static LogicalOutcome run(
      ClusterArchive cluster, LogicalRequest request, Progress progress, InstantSource clock) {
    try {
      return new Dumping(cluster, request, progress, clock).run();
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
      throw e;
    }
  }

  private LogicalOutcome run() {
    Instant began = clock.instant();
    try (DumpSource source = DumpSource.connect(request.connection())) {
      Facts facts = source.facts();
      ClientPrograms clients = ClientPrograms.find(facts.major(), request.programs());
      List<Database> databases =
          new DatabaseChoice(request.databases(), request.exclude())
              .of(source.databases(), notSaved::add);
      missing.addAll(notSaved);
      requireRoom(source, databases.size());
      KnownSystem.refuseStranger(cluster, facts, request.newSystem());
      warnOfPooler(facts);
      warnOfNewPrograms(facts, clients);
      BackupId id = BackupId.next(began, new SecureRandom(), newest());
      try (Lease lease = cluster.acquire("backup", LeaseOptions.of("backup " + id));
          Moments moments = Moments.connect(request.connection(), databases)) {
        progress.begin("taking the snapshots", 0);
        moments.look();
        moments.requireReadable();
        notSaved.addAll(moments.invisible());
        moments.lockTables(request.lockTimeout());
        Parents parents =
            Parents.find(cluster, databases.stream().map(Database::name).toList(), progress);
        try (BackupWriter writer = cluster.begin(id, request.write())) {
          return backUp(
              new Running(began, lease, source, facts, clients, moments, parents, writer),
              databases);
        }
      }
    }
  }

  private record Running(
      Instant began,
      Lease lease,
      DumpSource source,
      Facts facts,
      ClientPrograms clients,
      Moments moments,
      Parents parents,
      BackupWriter writer) {
    String application() {
      return "holdfast dump " + writer.id();
    }
  }

  private Optional<BackupId> newest() {
    List<BackupId> ids = cluster.backupIds();
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
  }

  /** Each database takes a session that holds its snapshot; each dump under way one more. */
  private void requireRoom(DumpSource source, int databases) {
    int needed = databases + Math.min(request.jobs(), databases);
    int free = source.freeSessions();
    if (free < needed) {
      throw new PostgresException(
          "could not take a logical backup of "
              + databases
              + " databases: expected room for "
              + needed
              + " more sessions, found "
              + Math.max(0, free),
          "Choose fewer databases at once, or raise max_connections or the role's CONNECTION LIMIT.",
          null);
    }
  }

  /**
   * pg_restore of 17 and newer says SET transaction_timeout, and only its kind reads the archive.
   */
  private void warnOfNewPrograms(Facts facts, ClientPrograms clients) {
    if (clients.major() >= TRANSACTION_TIMEOUT && facts.major() < TRANSACTION_TIMEOUT) {
      String words =
          "dumped with programs of version "
              + clients.version()
              + ": it can be restored into servers of version 17 and newer, not into this one's"
              + " version; programs of version "
              + facts.major()
              + " would make dumps for both";
      progress.warn(words);
      note(words);
    }
  }

  private void warnOfPooler(Facts facts) {
    if (facts.throughPooler()) {
      String words =
          "the connection goes through a pooler, which may give a dump another session than it"
              + " began with; connect to the server itself";
      progress.warn(words);
      note(words);
    }
  }

  private LogicalOutcome backUp(Running run, List<Database> databases) {
    run.parents().inheritInto(run.writer());
    LogicalDetails.Moment moment = run.moments().moment();
    boolean passwords = request.rolePasswords() && run.source().mayReadPasswords();
    if (request.rolePasswords() && !passwords) {
      notSaved.add("passwords of roles: the role may not read pg_authid");
    }
    InOrder order = new InOrder(run.writer());
    try (ChunkQueue queue = new ChunkQueue(run.writer().openSink(), "store-globals")) {
      Beside beside = new Beside(queue, moment.first());
      progress.begin("saving roles and settings", 0);
      beside.saveGlobals(run.clients(), request, run.application(), passwords);
      beside.saveSettings(run.source(), notSaved::add);
      long clock0 = System.nanoTime();
      progress.begin("dumping", databases.stream().mapToLong(Database::size).sum());
      List<DumpedDatabase> dumped = dump(run, order);
      Duration dumping = DatabaseDump.millisSince(clock0);
      beside.finished().forEach(run.writer()::add);
      return commit(run, details(run, moment, dumped, passwords, dumping));
    } catch (RuntimeException e) {
      endSessions(run);
      throw e;
    }
  }

  private List<DumpedDatabase> dump(Running run, InOrder order) {
    DatabaseDump.Rules rules =
        new DatabaseDump.Rules(
            request,
            run.clients(),
            run.application(),
            run.writer(),
            run.parents(),
            order,
            new RateLimit(request.bytesPerSecond(), System::nanoTime),
            progress,
            this::note);
    List<DatabaseDump> dumps = new ArrayList<>();
    for (Held held : run.moments().held()) {
      dumps.add(new DatabaseDump(rules, held));
    }
    return new DumpCrew(dumps, order, request.jobs()).run(run.lease()::ensureHeld);
  }

  /** A program that was killed leaves its session to go on until the server notices. */
  private void endSessions(Running run) {
    try (DumpSource fresh = DumpSource.connect(request.connection())) {
      fresh.endSessions(run.application());
    } catch (HoldfastException e) {
      // The server is out of reach or gone; what failed before says more.
    }
  }

  private LogicalDetails details(
      Running run,
      LogicalDetails.Moment moment,
      List<DumpedDatabase> dumped,
      boolean passwords,
      Duration dumping) {
    notSaved.forEach(what -> progress.warn("not saved: " + what));
    Facts facts = run.facts();
    return new LogicalDetails(
        new Server(
            facts.versionNumber(), facts.version(), facts.systemIdentifier(), facts.inRecovery()),
        run.clients().version(),
        moment,
        dumped,
        passwords,
        request.checksums(),
        notSaved,
        notes,
        request.jobs(),
        dumping,
        new LogicalDetails.Choice(request.databases(), request.exclude(), missing));
  }

  private LogicalOutcome commit(Running run, LogicalDetails details) {
    progress.begin("making the backup durable", 0);
    Manifest manifest =
        run.writer()
            .commit(
                new BackupWriter.Commit(
                    LogicalFiles.KIND,
                    run.parents().newest(),
                    run.began(),
                    clock.instant(),
                    details.databases().stream().mapToLong(DumpedDatabase::bytes).sum(),
                    details.toJson()),
                run.lease()::ensureHeld);
    progress.end();
    return new LogicalOutcome(manifest, details);
  }

  /** For people, now and in the manifest; any thread. */
  private void note(String line) {
    progress.note(line);
    if (notes.size() < NOTES) {
      notes.add(line);
    }
  }
}
