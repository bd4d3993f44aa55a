package io.holdfast.operations.proof;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.proof.Proof.TableRows;
import io.holdfast.operations.restore.FilesRestore;
import io.holdfast.operations.restore.Landmarks;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.CopySession.DatabaseFacts;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Proves one backup: climbs the {@link Rung}s, each on a fresh copy that nobody else can reach, and
 * returns what was found. The source is not touched, nothing is archived, no job of the copy runs.
 * Whatever fails is in the {@link Proof}; only an interrupt, and a place that cannot be written,
 * are exceptions. Not thread-safe.
 */
public final class Prove {
  private final ClusterArchive archive;
  private final RestoreHost host;
  private final InstantSource clock;
  private final Progress progress;

  /**
   * @param host its WAL command must not write to the repository, as ever
   */
  public Prove(ClusterArchive archive, RestoreHost host, InstantSource clock, Progress progress) {
    this.archive = archive;
    this.host = host;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * @param earlier the last proof of another backup of the same kind, to compare with
   */
  public Proof run(BackupId id, ProofRequest request, Optional<Proof> earlier) {
    return new Climb(id, request, earlier).run();
  }

  private static final Duration UNTIL_UP = Duration.ofMinutes(10);

  /** How a kept copy is reached; empty if none was kept. */
  public Optional<String> kept() {
    return Optional.ofNullable(kept);
  }

  private @Nullable String kept;

  private final class Climb {
    private final BackupId id;
    private final ProofRequest request;
    private final Optional<Proof> earlier;
    private final Ledger ledger = new Ledger(clock);
    private final Instant began = clock.instant();
    private String kind = "";
    private String server = "";
    private Optional<Instant> lastTransaction = Optional.empty();
    private RecoveryTarget target;
    private List<TableRows> tables = List.of();

    Climb(BackupId id, ProofRequest request, Optional<Proof> earlier) {
      this.id = id;
      this.request = request;
      this.target = request.target();
      this.earlier = earlier;
    }

    Proof run() {
      StoredRungs stored = new StoredRungs(archive, id, request.target(), ledger, progress);
      kind = kind();
      if (climb(Rung.STORED, FindingCode.PACK_MISSING, stored::stored)
          && climb(Rung.INTACT, FindingCode.PACK_DAMAGED, () -> stored.intact(request.jobs()))
          && wanted(Rung.RESTORED)) {
        restored();
      }
      return proof();
    }

    private String kind() {
      try {
        return archive.open(id).manifest().kind();
      } catch (RepositoryDamagedException | NewerFormatException e) {
        return "unknown"; // which the first rung says
      }
    }

    private boolean wanted(Rung rung) {
      return rung.compareTo(level()) <= 0;
    }

    /** Of files no more can be said than that they are back. */
    private Rung level() {
      return kind.equals(FilesDetails.KIND) && request.level().compareTo(Rung.RESTORED) > 0
          ? Rung.RESTORED
          : request.level();
    }

    private boolean climb(Rung rung, FindingCode failure, Supplier<String> how) {
      if (!wanted(rung)) {
        return false;
      }
      boolean passed = ledger.climb(rung, failure, how);
      if (!passed && rung.compareTo(Rung.SOUND) < 0) {
        for (Rung above : Rung.values()) {
          if (above.compareTo(rung) > 0 && wanted(above)) {
            ledger.leftOut(above, "not tried, for the backup is not " + rung.word());
          }
        }
      }
      return passed;
    }

    private void restored() {
      try (Scratch scratch = Scratch.in(request.scratch(), progress)) {
        switch (kind) {
          case PhysicalDetails.KIND -> physical(scratch);
          case LogicalFiles.KIND -> logical(scratch);
          case FilesDetails.KIND -> files(scratch);
          default ->
              climb(
                  Rung.RESTORED,
                  FindingCode.RESTORE_FAILED,
                  () -> {
                    throw new CouldNotVerifyException(
                        "a backup of kind '" + kind + "' is not known to this program");
                  });
        }
      }
    }

    private void physical(Scratch scratch) {
      PhysicalCopy copy = new PhysicalCopy(archive, id, request, host, clock);
      PhysicalCopy.Up[] up = new PhysicalCopy.Up[1];
      boolean stands =
          climb(
              Rung.RESTORED,
              FindingCode.RESTORE_FAILED,
              () -> {
                up[0] = copy.make(scratch, ledger, progress);
                lastTransaction = up[0].server().lastTransaction();
                target = up[0].plan().request().target();
                server = up[0].programs().version();
                withinBudget();
                return "recovered to "
                    + up[0].server().reached().orElse("its end")
                    + request
                        .drill()
                        .map(drill -> " by the runbook's commands for " + drill.disaster())
                        .orElse("")
                    + boundary(up[0]);
              });
      if (!stands) {
        return;
      }
      ConnectionSettings connection = up[0].connection();
      List<DatabaseFacts> databases = databases(connection);
      Map<String, String> names = new LinkedHashMap<>();
      databases.forEach(each -> names.put(each.name(), each.name()));
      climb(
          Rung.EQUAL,
          FindingCode.CONTENT_DIFFERS,
          () -> {
            if (target instanceof RecoveryTarget.Immediate) {
              compareDatabases(copy.details(), names);
            }
            return content(
                connection,
                names,
                lastTransaction.orElse(copy.details().window().stopped()),
                scratch,
                "");
          });
      // Last, for it ends the server to read its files.
      climb(Rung.SOUND, FindingCode.HEAP_CORRUPT, () -> sound(up[0], copy, databases, scratch));
      keep(scratch, connection);
    }

    private String boundary(PhysicalCopy.Up up) {
      Optional<Lsn> reached = up.server().reached().map(Lsn::parse);
      if (reached.isEmpty()) {
        return "";
      }
      Landmarks landmarks = Landmarks.of(archive, up.plan(), reached.get());
      try (CopySession session = CopySession.connect(up.connection())) {
        return new Boundary(landmarks, ledger).check(session);
      }
    }

    private String sound(
        PhysicalCopy.Up up, PhysicalCopy copy, List<DatabaseFacts> databases, Scratch scratch) {
      String checked =
          new CopyChecks(up.connection(), request.jobs(), ledger, progress).run(databases);
      if (!copy.details().server().checksummed()) {
        return checked + "; its pages have no checksums";
      }
      scratch.stopServer();
      String pages =
          new CopyPages(ledger, progress)
              .check(scratch.data(), copy.details().server().blocksPerSegment());
      if (request.keep()) {
        up.programs().start(scratch.data(), up.server().log(), UNTIL_UP);
      }
      return checked + ", " + pages;
    }

    private static List<DatabaseFacts> databases(ConnectionSettings connection) {
      try (CopySession session = CopySession.connect(connection)) {
        return session.databases();
      }
    }

    private void compareDatabases(PhysicalDetails details, Map<String, String> names) {
      details.databases().stream()
          .map(PhysicalDetails.StoredDatabase::name)
          .filter(name -> !names.containsKey(name) && !name.equals("template0"))
          .forEach(name ->
              ledger.finding(
                  FindingCode.DATABASE_MISSING, "database " + name, "it is not in the copy"));
    }

    private void logical(Scratch scratch) {
      LogicalCopy.Up[] up = new LogicalCopy.Up[1];
      boolean stands =
          climb(
              Rung.RESTORED,
              FindingCode.RESTORE_FAILED,
              () -> {
                up[0] =
                    new LogicalCopy(archive, id, request, clock).make(scratch, ledger, progress);
                server = up[0].version();
                withinBudget();
                return up[0].names().size() + " databases were loaded without an error";
              });
      if (!stands) {
        return;
      }
      climb(
          Rung.SOUND,
          FindingCode.INDEX_CORRUPT,
          () -> "its indexes and constraints were built anew from the rows, without an error");
      Instant taken = LogicalDetails.of(archive.open(id).manifest()).moment().last();
      climb(
          Rung.EQUAL,
          FindingCode.CONTENT_DIFFERS,
          () ->
              content(
                  up[0].connection(),
                  up[0].names(),
                  taken,
                  scratch,
                  LogicalCopy.compared(up[0], ledger) + ", "));
      keep(scratch, up[0].connection());
    }

    private String content(
        ConnectionSettings connection,
        Map<String, String> names,
        Instant target,
        Scratch scratch,
        String before) {
      CopyContent content = new CopyContent(connection, ledger, progress);
      List<TableRows> all = content.count(names);
      tables = CopyContent.largest(all);
      content.compareWith(earlier, all);
      int hold = content.ask(request.assertions(), names, target);
      hook(connection, names, scratch);
      return before
          + all.size()
          + " tables counted"
          + (request.assertions().isEmpty()
              ? ", no statements of yours to ask"
              : ", " + hold + " of " + request.assertions().size() + " statements of yours hold")
          + (request.hook().isEmpty() ? "" : ", your command was run");
    }

    private void hook(ConnectionSettings connection, Map<String, String> names, Scratch scratch) {
      if (request.hook().isEmpty()) {
        return;
      }
      Instant begin = clock.instant();
      String first =
          names.entrySet().stream()
              .filter(each -> !List.of("postgres", "template1").contains(each.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse("postgres");
      Path output = scratch.write("hook.log", "");
      new Hook(request.hook(), request.hookPatience()).run(connection, first, output, ledger);
      ledger.stage("hook", Duration.between(begin, clock.instant()));
    }

    /** There is no server to be sound, and what was written is what was authenticated. */
    private void files(Scratch scratch) {
      climb(
          Rung.RESTORED,
          FindingCode.RESTORE_FAILED,
          () -> {
            FilesRestore.Restored restored =
                new FilesRestore(archive, progress)
                    .run(id, scratch.file("files"), scratch.owner(), request.jobs());
            ledger.recovery("fetch", restored.took());
            withinBudget();
            return restored.files()
                + " files, "
                + ByteSize.format(restored.bytes())
                + ", each authenticated as it was written";
          });
    }

    private void withinBudget() {
      Duration took =
          ledger.stages().stream()
              .filter(Proof.Stage::recovery)
              .map(Proof.Stage::took)
              .reduce(Duration.ZERO, Duration::plus);
      request
          .budget()
          .filter(budget -> took.compareTo(budget) > 0)
          .ifPresent(budget ->
              ledger.finding(
                  FindingCode.BUDGET_EXCEEDED,
                  "backup " + id,
                  "expected at most "
                      + budget.toSeconds()
                      + " s until the database answers, found "
                      + took.toSeconds()
                      + " s"));
    }

    private void keep(Scratch scratch, ConnectionSettings connection) {
      if (request.keep()) {
        scratch.keep();
        kept =
            "host="
                + connection.parameters().get("host")
                + " port="
                + connection.parameters().get("port")
                + " user="
                + connection.parameters().get("user")
                + " dbname=postgres";
      }
    }

    private Proof proof() {
      return new Proof(
          archive.repositoryId().toString(),
          archive.name(),
          id,
          kind,
          level(),
          kind.equals(PhysicalDetails.KIND) ? target.toString() : "",
          request.site(),
          request.drill().isPresent(),
          request.plan(),
          request.host(),
          request.program(),
          began,
          clock.instant(),
          server,
          ledger.steps(),
          ledger.stages(),
          ledger.findings(),
          ledger.total(),
          lastTransaction,
          tables);
    }
  }
}
