package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.SqlNames;
import io.holdfast.postgres.SqlNames.Name;
import io.holdfast.postgres.SqlToken;
import io.holdfast.postgres.TableClosure;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings one table back beside the one that is there: into a schema of its own, with its data,
 * sequences, defaults, indexes, constraints, triggers, policies, grants, comments and partitions.
 * What is in the database already is not touched. All or nothing.
 */
public final class TableRestore {
  private static final String SUFFIX = "_restored";

  /** Kinds of entries that have a name of their own in their schema. */
  private static final Set<String> NAMED =
      Set.of(
          "TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "INDEX", "STATISTICS");

  private final StoredDump dump;
  private final TableRestoreRequest request;

  public TableRestore(StoredDump dump, TableRestoreRequest request) {
    this.dump = dump;
    this.request = request;
  }

  /**
   * Makes the copy.
   *
   * @throws HoldfastException (usage) if there is no such table; (refused) if the place for the
   *     copy is taken; (source) with pg_restore's words if it fails; then nothing is left of it
   */
  public TableCopy run(Progress progress) {
    DumpToc toc = dump.toc(entry -> false);
    DumpEntry table = TableNames.find(toc, request.table());
    TableClosure closure = TableClosure.of(toc, List.of(table));
    String schema = request.schema().orElse(table.tag() + SUFFIX);
    SqlNames names = names(closure, schema);
    Set<Integer> wanted = wanted(toc, closure);
    List<DumpBlock> blocks =
        dump.blocks().stream().filter(block -> wanted.contains(block.dumpId())).toList();
    try (DumpTarget database = DumpTarget.connect(request.database())) {
      ClientPrograms programs = RestorePrograms.find(toc, database.facts(), request.programs());
      createSchema(database, schema, table);
      try {
        progress.begin(
            "restoring " + table.name() + " into schema " + schema,
            blocks.stream().mapToLong(DumpBlock::length).sum());
        load(programs, toc, wanted, names, blocks, progress);
        long rows = count(database, schema, blocks);
        return new TableCopy(table, schema, closure, exists(database, table), rows);
      } catch (RuntimeException e) {
        dropSchema(schema, e);
        throw explained(e, closure);
      } finally {
        progress.end();
      }
    }
  }

  /** Foreign keys to other tables would lock those, and fail where their rows are gone. */
  private static Set<Integer> wanted(DumpToc toc, TableClosure closure) {
    Set<Integer> out =
        closure.referencesOut().stream().map(DumpEntry::dumpId).collect(Collectors.toSet());
    Set<Integer> wanted = new HashSet<>();
    toc.entries().stream()
        .filter(TableClosure::isAboutTheArchive)
        .forEach(entry -> wanted.add(entry.dumpId()));
    closure.members().stream()
        .map(DumpEntry::dumpId)
        .filter(id -> !out.contains(id))
        .forEach(wanted::add);
    return wanted;
  }

  private static SqlNames names(TableClosure closure, String schema) {
    Set<Name> names = new HashSet<>();
    Set<String> taken = new HashSet<>();
    for (DumpEntry entry : closure.members()) {
      if (NAMED.contains(entry.kind())) {
        if (!taken.add(entry.tag())) {
          throw new HoldfastException(
              ExitStatus.REFUSED,
              "could not put the table into one schema: it has two parts called "
                  + entry.tag()
                  + ", in different ones",
              "Restore the database into a new one: `holdfast dump restore` without --table.");
        }
        names.add(new Name(entry.schema(), entry.tag()));
      }
    }
    // An index that a constraint made is known by the name of the constraint.
    for (DumpEntry entry : closure.members()) {
      int blank = entry.kind().equals("CONSTRAINT") ? prefix(closure, entry) : 0;
      if (blank > 0) {
        names.add(new Name(entry.schema(), entry.tag().substring(blank)));
      }
    }
    return new SqlNames(names, schema);
  }

  /** Length of the table's name and the blank behind it. */
  private static int prefix(TableClosure closure, DumpEntry constraint) {
    return closure.members().stream()
        .filter(TableClosure::isTable)
        .filter(table -> constraint.dependencies().contains(table.dumpId()))
        .filter(table -> constraint.tag().startsWith(table.tag() + " "))
        .mapToInt(table -> table.tag().length() + 1)
        .max()
        .orElse(0);
  }

  private void createSchema(DumpTarget database, String schema, DumpEntry table) {
    if (!database
        .rows("look for a schema", "SELECT 1 FROM pg_namespace WHERE nspname = ?", schema)
        .isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not put a copy of "
              + table.name()
              + " beside it: expected no schema "
              + schema
              + ", found one",
          "Is it of an earlier restore? Then DROP SCHEMA "
              + SqlToken.quoted(schema)
              + " CASCADE; or choose another with --schema.");
    }
    database.executeTogether(
        "create schema " + schema,
        List.of(
            "CREATE SCHEMA " + SqlToken.quoted(schema),
            "COMMENT ON SCHEMA "
                + SqlToken.quoted(schema)
                + " IS "
                + SqlToken.literal(
                    table.name() + " as of backup " + dump.backup() + ", restored by Holdfast")));
  }

  private void load(
      ClientPrograms programs,
      DumpToc toc,
      Set<Integer> wanted,
      SqlNames names,
      List<DumpBlock> blocks,
      Progress progress) {
    List<String> arguments =
        new ArrayList<>(List.of("--single-transaction", "--exit-on-error", "--dbname="));
    if (!request.owners()) {
      arguments.add("--no-owner");
    }
    if (!request.privileges()) {
      arguments.add("--no-privileges");
    }
    LoadCrew.runOne(
        () -> programs.start(Program.PG_RESTORE, arguments, request.database(), Duration.ZERO),
        to -> dump.writeMoved(toc, blocks, wanted, names, to, progress),
        progress::warn);
  }

  private static long count(DumpTarget database, String schema, List<DumpBlock> blocks) {
    long all = 0;
    for (DumpBlock block : blocks) {
      String copy = SqlToken.quoted(schema) + "." + SqlToken.quoted(block.table());
      long rows =
          Long.parseLong(
              database
                  .rows("count the rows of " + copy, "SELECT count(*)::text FROM ONLY " + copy)
                  .getFirst()
                  .getFirst());
      if (block.rows() >= 0 && rows != block.rows()) {
        throw new PostgresException(
            "could not restore "
                + block.schema()
                + "."
                + block.table()
                + ": expected "
                + block.rows()
                + " rows in the copy, found "
                + rows,
            "Something in the database changes rows as they are made: event triggers, for example.",
            null);
      }
      all += rows;
    }
    return all;
  }

  private static boolean exists(DumpTarget database, DumpEntry table) {
    return database
        .rows("look for the table", "SELECT to_regclass(?) IS NOT NULL", TableNames.quoted(table))
        .getFirst()
        .getFirst()
        .equals("t");
  }

  /** It is ours, and what came into it did so as a whole or not at all. */
  private void dropSchema(String schema, RuntimeException failure) {
    boolean interrupted = Thread.interrupted();
    try (DumpTarget database = DumpTarget.connect(request.database())) {
      database.execute(
          "drop schema " + schema, "DROP SCHEMA " + SqlToken.quoted(schema) + " CASCADE");
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the table needs may be gone from the database too. */
  private static RuntimeException explained(RuntimeException e, TableClosure closure) {
    List<String> needed =
        closure.needed().stream()
            .filter(entry -> !entry.kind().equals("COMMENT") && !entry.kind().equals("ACL"))
            .map(entry -> entry.kind().toLowerCase(java.util.Locale.ROOT) + " " + entry.name())
            .toList();
    if (!(e instanceof PostgresException) || needed.isEmpty()) {
      return e;
    }
    return new PostgresException(
        String.valueOf(e.getMessage()),
        "The table needs, beside what comes along: " + String.join(", ", needed) + ".",
        e);
  }
}
