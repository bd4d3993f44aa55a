package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.dump.DumpRestore;
import io.holdfast.operations.dump.DumpRestorePlan;
import io.holdfast.operations.dump.DumpRestoreRequest;
import io.holdfast.operations.dump.DumpRestoreResult;
import io.holdfast.operations.dump.GlobalsPolicy;
import io.holdfast.operations.dump.LogicalBackup;
import io.holdfast.operations.dump.StoredDump;
import io.holdfast.operations.dump.TableRestoreRequest;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    description =
        "Restore a database from a logical backup into a new one, or one table beside its own.",
    footerHeading = "%n",
    footer = {
      "Everything that can be is checked before anything is touched. The new database is called",
      "NAME_incomplete until it is whole, and dropped if anything fails. Then it is compared with what",
      "was counted in the dump's own snapshot; exit status 1 means that it differs."
    })
final class DumpRestoreCommand extends HoldfastCommand {
  private static final int MOST_DEFAULT_JOBS = 4;

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The backup: its id, the start of it, or 'latest'.")
  private String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATABASE",
      description = "Which database; may be left out where the backup has only one.")
  private @Nullable String database;

  @Option(
      names = "--into",
      paramLabel = "NAME",
      description = "Name of the new database (default: DATABASE_restored).")
  private @Nullable String into;

  @Option(
      names = "--server",
      paramLabel = "CONNINFO",
      description =
          "The server to restore into; a libpq connection string (default: the cluster's).")
  private @Nullable String server;

  @Option(
      names = "--existing",
      description = "Restore into a database that is there; nothing in it may clash.")
  private boolean existing;

  @Option(
      names = "--properties",
      description =
          "With --existing: give that database the settings, grants, comment and limits of the one"
              + " that was dumped too; else it keeps its own.")
  private boolean properties;

  @Option(
      names = "--globals",
      arity = "0..1",
      fallbackValue = "skip",
      paramLabel = "POLICY",
      description =
          "Make the roles and tablespaces of the backup that are missing: skip (default) leaves those"
              + " that are there as they are, update gives them passwords and settings of the backup.")
  private GlobalsPolicy globals = GlobalsPolicy.NONE;

  @Option(names = "--no-owner", description = "Let everything belong to whoever restores.")
  private boolean noOwner;

  @Option(names = "--no-privileges", description = "Leave out GRANTs.")
  private boolean noPrivileges;

  @Option(names = "--no-tablespaces", description = "Put everything into the default tablespace.")
  private boolean noTablespaces;

  @Option(names = "--no-analyze", description = "Do not gather statistics afterwards.")
  private boolean noAnalyze;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "How many tables and indexes at once.")
  private @Nullable Integer jobs;

  @Option(names = "--dry-run", description = "Print the plan, do nothing.")
  private boolean dryRun;

  @Mixin private final TableOptions oneTable = new TableOptions();
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();

  DumpRestoreCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return dryRun ? Deed.NONE : Deed.DONE;
  }

  @Override
  ExitStatus run() {
    oneTable.check();
    requireWholeDatabase();
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      LogicalBackup backup =
          database == null
              ? LogicalBackup.find(open.archive(), id)
              : LogicalBackup.find(open.archive(), id, database);
      StoredDump dump = database == null ? backup.onlyDump() : backup.dump(database);
      if (oneTable.table().isPresent()) {
        return oneTable.run(console, dump, request(open, dump, oneTable.table().get()));
      }
      DumpRestore restore = new DumpRestore(dump, request(open, dump), console.clock());
      DumpRestorePlan plan = restore.plan(backup.globals());
      if (dryRun) {
        console.answer(new Planned(plan.lines()));
        return ExitStatus.DONE;
      }
      plan.lines().forEach(console::note);
      DumpRestoreResult result = restore.run(plan, console.progress());
      console.answer(new Restored(result));
      return result.same() ? ExitStatus.DONE : ExitStatus.NO;
    }
  }

  private void requireWholeDatabase() {
    boolean ofDatabase =
        existing || properties || globals != GlobalsPolicy.NONE || dryRun || jobs != null;
    if (oneTable.table().isPresent() && ofDatabase) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--existing, --properties, --globals, --jobs and --dry-run are about a whole database,"
              + " --table about one table",
          "A table goes into a schema of its own and touches nothing: just leave them out.");
    }
  }

  private ConnectionSettings connection(OpenCluster open) {
    return server == null ? open.connection() : ConnectionSettings.parse(server);
  }

  private TableRestoreRequest request(OpenCluster open, StoredDump dump, String table) {
    return new TableRestoreRequest(
        connection(open).with("dbname", into == null ? dump.database().name() : into),
        table,
        oneTable.schema(),
        !noOwner,
        !noPrivileges,
        open.programDirectories(),
        oneTable.uses());
  }

  private DumpRestoreRequest request(OpenCluster open, StoredDump dump) {
    return new DumpRestoreRequest(
        connection(open),
        into == null ? dump.database().name() + "_restored" : into,
        existing,
        globals,
        !noOwner,
        !noPrivileges,
        !noTablespaces,
        !noAnalyze,
        jobs == null
            ? Math.min(MOST_DEFAULT_JOBS, Runtime.getRuntime().availableProcessors())
            : jobs,
        open.programDirectories(),
        properties);
  }

  private record Planned(List<String> plan) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.lines(plan);
      page.line("Nothing was done: --dry-run.");
    }
  }

  private record Restored(DumpRestoreResult result) implements Answer {
    @Override
    public Object json() {
      return result;
    }

    @Override
    public void print(Page page) {
      page.line(
          "restored "
              + result.database()
              + " into "
              + result.into()
              + ": "
              + result.rows()
              + " rows in "
              + result.tables()
              + " tables, "
              + ByteSize.format(result.bytes())
              + ", in "
              + Times.span(result.took()));
      if (!result.created().isEmpty()) {
        page.line("made: " + String.join(", ", result.created()));
      }
      if (!result.kept().isEmpty()) {
        page.line("there already, left as they are: " + String.join(", ", result.kept()));
      }
      if (result.same()) {
        page.line(
            "the same as the source, as far as it was compared: the number of rows of all "
                + result.compared()
                + " tables"
                + (result.checksums() > 0
                    ? ", the content of " + result.checksums() + " of them"
                    : "")
                + (result.definitions().isEmpty()
                    ? ""
                    : ", and definitions: " + String.join(", ", result.definitions())));
      } else {
        page.line("NOT the same as the source:");
        result.differences().forEach(each -> page.line("  " + each));
      }
      if (!result.notCompared().isEmpty()) {
        page.line("not compared: " + String.join("; ", result.notCompared()));
      }
      result.notes().forEach(page::line);
    }
  }
}
