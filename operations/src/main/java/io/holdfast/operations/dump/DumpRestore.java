package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.MomentSession;
import io.holdfast.postgres.SqlToken;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Restores a dump into a database, several tables at once. A new database has another name until it
 * is whole ({@code …_incomplete}); if anything fails it is dropped. Not thread-safe.
 */
public final class DumpRestore {
  private final StoredDump dump;
  private final DumpRestoreRequest request;
  private final InstantSource clock;

  public DumpRestore(StoredDump dump, DumpRestoreRequest request, InstantSource clock) {
    this.dump = dump;
    this.request = request;
    this.clock = clock;
  }

  /**
   * Looks at the server and changes nothing.
   *
   * @param globals of the backup
   * @throws HoldfastException (refused) with all that stands in the way
   */
  public DumpRestorePlan plan(Optional<byte[]> globals) {
    DumpToc toc = dump.toc(DumpPremises::isRead);
    Set<Integer> wanted = toc.entries().stream().map(DumpEntry::dumpId).collect(Collectors.toSet());
    String scratch = request.existing() ? request.into() : DatabaseName.incomplete(request.into());
    Optional<GlobalsScript> script =
        request.globals() == GlobalsPolicy.NONE ? Optional.empty() : Optional.of(script(globals));
    try (DumpTarget server = DumpTarget.connect(request.server())) {
      new DumpPremises(server, request, toc, wanted)
          .check(script, scratch, dump.database().bytes());
      return new DumpRestorePlan(
          dump,
          request,
          toc,
          wanted,
          dump.blocks(),
          dump.figures(),
          script,
          RestorePrograms.find(toc, server.facts(), request.programs()),
          server.facts().version(),
          server.facts().major() == DumpGet.major(toc.header().serverVersion()),
          scratch);
    }
  }

  private GlobalsScript script(Optional<byte[]> globals) {
    return GlobalsScript.parse(
        new String(
            globals.orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE,
                    "backup " + dump.backup() + " has no roles and tablespaces to restore",
                    "Leave out --globals, and create what is needed by hand.")),
            StandardCharsets.UTF_8));
  }

  /**
   * Carries out a plan.
   *
   * @throws HoldfastException with the first failure; a new database is gone then
   */
  public DumpRestoreResult run(DumpRestorePlan plan, Progress progress) {
    Instant begin = clock.instant();
    try (DumpTarget server = DumpTarget.connect(request.server())) {
      GlobalsRestore.Outcome globals =
          plan.globals()
              .map(script ->
                  new GlobalsRestore(server, request.globals(), request.tablespaces()).run(script))
              .orElse(GlobalsRestore.Outcome.NOTHING);
      if (!request.existing()) {
        create(server, plan);
      }
      FiguresComparison.Outcome comparison;
      try {
        load(plan, progress);
        comparison = compare(plan, progress);
        if (!request.existing()) {
          rename(server, plan);
        }
      } catch (RuntimeException e) {
        if (!request.existing()) {
          drop(plan, e);
        }
        throw e;
      }
      return new DumpRestoreResult(
          dump.backup().text(),
          dump.database().name(),
          request.into(),
          plan.blocks().stream().filter(DumpRestore::isTable).count(),
          plan.blocks().stream().mapToLong(block -> Math.max(0, block.rows())).sum(),
          dump.database().bytes(),
          globals.created(),
          globals.kept(),
          comparison.compared(),
          comparison.checksums(),
          comparison.differences(),
          comparison.notes(),
          comparison.definitions(),
          comparison.notCompared(),
          Duration.between(begin, clock.instant()));
    }
  }

  private static boolean isTable(DumpBlock block) {
    return block.kind().equals("TABLE DATA");
  }

  private void create(DumpTarget server, DumpRestorePlan plan) {
    DumpEntry definition =
        plan.toc().entries().stream()
            .filter(entry -> entry.kind().equals("DATABASE"))
            .findFirst()
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE,
                    "the dump does not say how its database was made",
                    "Create one from template0 by hand and restore into it with --existing."));
    server.execute(
        "create database " + plan.scratchName(),
        DatabaseName.creation(definition, plan.scratchName(), request.tablespaces()));
  }

  private void load(DumpRestorePlan plan, Progress progress) {
    schema(plan, progress);
    data(plan, progress);
    rest(plan, progress);
    if (request.setsProperties()) {
      properties(plan);
    }
    if (request.analyze()) {
      progress.begin("gathering statistics (ANALYZE)", 0);
      try (DumpTarget database = DumpTarget.connect(request.database(plan.scratchName()))) {
        database.execute("gather statistics", "ANALYZE");
      } finally {
        progress.end();
      }
    }
  }

  private List<String> arguments(String... first) {
    List<String> arguments = new ArrayList<>(List.of(first));
    arguments.add("--exit-on-error");
    if (!request.owners()) {
      arguments.add("--no-owner");
    }
    if (!request.privileges()) {
      arguments.add("--no-privileges");
    }
    if (!request.tablespaces()) {
      arguments.add("--no-tablespaces");
    }
    return arguments;
  }

  /** Words of libpq, so that no character of the name means anything. */
  private static String dbname(DumpRestorePlan plan) {
    return "--dbname=dbname='" + plan.scratchName().replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private ClientRun start(DumpRestorePlan plan, List<String> arguments) {
    return plan.programs()
        .start(Program.PG_RESTORE, arguments, request.database(plan.scratchName()), Duration.ZERO);
  }

  private static Set<Integer> ids(DumpRestorePlan plan, Predicate<DumpEntry> which) {
    return plan.toc().entries().stream()
        .filter(entry -> plan.wanted().contains(entry.dumpId()) && which.test(entry))
        .map(DumpEntry::dumpId)
        .collect(Collectors.toSet());
  }

  /** All but data and what goes with large objects. */
  private static Set<Integer> definitions(DumpRestorePlan plan) {
    return ids(plan, entry -> !entry.hasData() && !LoadPlan.isOfLargeObjects(entry));
  }

  private void schema(DumpRestorePlan plan, Progress progress) {
    progress.begin("making tables in " + request.into(), 0);
    try {
      LoadCrew.runOne(
          () -> start(plan, arguments("--section=pre-data", dbname(plan))),
          to -> dump.write(plan.toc(), definitions(plan), to, Progress.NONE),
          progress::warn);
    } finally {
      progress.end();
    }
  }

  private void data(DumpRestorePlan plan, Progress progress) {
    List<LoadPlan.Batch> batches =
        LoadPlan.of(plan.toc(), plan.wanted(), plan.blocks(), request.jobs());
    progress.begin(
        "loading " + request.into(), batches.stream().mapToLong(LoadPlan.Batch::bytes).sum());
    try {
      new LoadCrew(
              batches.stream().map(batch -> new Load(plan, batch, progress)).toList(),
              progress::warn)
          .run(request.jobs());
    } finally {
      progress.end();
    }
  }

  private final class Load implements LoadCrew.Task {
    private final DumpRestorePlan plan;
    private final LoadPlan.Batch batch;
    private final Progress progress;

    Load(DumpRestorePlan plan, LoadPlan.Batch batch, Progress progress) {
      this.plan = plan;
      this.batch = batch;
      this.progress = progress;
    }

    @Override
    public ClientRun start() {
      // Until 16 large objects are made in the section pre-data, since 17 in data.
      return DumpRestore.this.start(plan, arguments(dbname(plan)));
    }

    @Override
    public void feed(OutputStream to) throws IOException {
      dump.write(plan.toc(), plan.blocks(), batch.dumpIds(), to, progress);
    }
  }

  /** From a file, for pg_restore makes indexes beside each other only if it can seek. */
  private void rest(DumpRestorePlan plan, Progress progress) {
    progress.begin("making indexes and constraints in " + request.into(), 0);
    Path file = null;
    try {
      // Readable by nobody else.
      file = Files.createTempFile("holdfast-", ".dump");
      try (OutputStream to = Files.newOutputStream(file)) {
        dump.write(plan.toc(), definitions(plan), to, Progress.NONE);
      }
      List<String> sequences = arguments("--section=data", dbname(plan), file.toString());
      List<String> rest =
          arguments(
              "--section=post-data", "--jobs=" + request.jobs(), dbname(plan), file.toString());
      for (List<String> arguments : List.of(sequences, rest)) {
        LoadCrew.runOne(() -> start(plan, arguments), to -> {}, progress::warn);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      progress.end();
      delete(file);
    }
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A file of definitions in a place that is emptied anyway.
    }
  }

  /** Owner, settings, grants and comment of the database itself, under its name of now. */
  private void properties(DumpRestorePlan plan) {
    try (DumpTarget server = DumpTarget.connect(request.server())) {
      Set<String> roles = server.roles();
      for (DumpEntry entry : plan.toc().entries()) {
        if (entry.kind().equals("DATABASE") && request.owners() && !request.existing()) {
          server.execute(
              "give database " + plan.scratchName() + " its owner",
              "ALTER DATABASE "
                  + SqlToken.quoted(plan.scratchName())
                  + " OWNER TO "
                  + SqlToken.quoted(entry.owner()));
        } else if (DatabaseName.isAbout(entry)
            && (request.privileges() || !entry.kind().equals("ACL"))) {
          properties(plan, entry, server, roles);
        }
      }
    }
  }

  /** Settings of roles that are not there are left out, as everything of theirs is. */
  private static void properties(
      DumpRestorePlan plan, DumpEntry entry, DumpTarget server, Set<String> roles) {
    for (DatabaseName.RoleStatement each : DatabaseName.statements(entry.definition())) {
      if (each.role().isEmpty() || roles.contains(each.role())) {
        server.execute(
            "set up database " + plan.scratchName(),
            DatabaseName.renamed(each.sql(), plan.dump().database().name(), plan.scratchName()));
      }
    }
  }

  /** Counts what was restored as the dump was counted. */
  private FiguresComparison.Outcome compare(DumpRestorePlan plan, Progress progress) {
    DatabaseFigures dumped = plan.figures();
    boolean checksums = dumped.tables().stream().anyMatch(t -> t.checksum().isPresent());
    progress.begin((checksums ? "summing up " : "counting ") + request.into(), 0);
    try (MomentSession session = MomentSession.begin(request.database(plan.scratchName()))) {
      return FiguresComparison.compare(
          dumped,
          session.figures(checksums),
          new FiguresComparison.Scope(
              !request.existing(), plan.sameMajor(), request.owners() && request.privileges()));
    } finally {
      progress.end();
    }
  }

  private void rename(DumpTarget server, DumpRestorePlan plan) {
    server.execute(
        "give database " + plan.scratchName() + " its name " + request.into(),
        "ALTER DATABASE "
            + SqlToken.quoted(plan.scratchName())
            + " RENAME TO "
            + SqlToken.quoted(request.into()));
  }

  /** An interrupt would end this connection too. */
  private void drop(DumpRestorePlan plan, RuntimeException failure) {
    boolean interrupted = Thread.interrupted();
    try (DumpTarget server = DumpTarget.connect(request.server())) {
      server.execute(
          "drop database " + plan.scratchName(),
          "DROP DATABASE IF EXISTS " + SqlToken.quoted(plan.scratchName()) + " WITH (FORCE)");
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
