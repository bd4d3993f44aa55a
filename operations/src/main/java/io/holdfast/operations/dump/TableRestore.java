package io.holdfast.operations.dump;

import io.holdfast.operations.dump.TablePremises.LiveTable;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpEntry.Section;
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
import java.util.function.Predicate;
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
    Parts parts = parts();
    try (DumpTarget database = DumpTarget.connect(request.database())) {
      LiveTable live = LiveTable.of(database, parts.table());
      new TablePremises(database, request, parts).check(live);
      ClientPrograms programs =
          RestorePrograms.find(parts.toc(), database.facts(), request.programs());
      createSchema(database, parts);
      try {
        progress.begin(
            "restoring " + parts.table().name() + " into schema " + parts.schema(),
            parts.blocks().stream().mapToLong(DumpBlock::length).sum());
        load(programs, parts, TableRestore::isDefinition, parts.allNames(), progress);
        database.executeTogether(
            "cut the copy off what it inherits from", parts.ancestry().cutting(parts.schema()));
        TableCopy copy =
            new TableCopy(
                parts.table(),
                parts.schema(),
                parts.closure(),
                parts.ancestry().parentsOf(parts.table()),
                live.exists(),
                0);
        requireFit(database, copy);
        load(programs, parts, entry -> !isDefinition(entry), parts.names(), progress);
        long rows = count(database, parts.schema(), parts.blocks());
        database.execute("name the copy", comment(parts, ""));
        return copy.withRows(rows);
      } catch (RuntimeException e) {
        dropSchema(parts.schema(), e);
        throw explained(e, parts.closure());
      } finally {
        progress.end();
      }
    }
  }

  /**
   * What comes into the copy, and how it is called there.
   *
   * @param toc with the texts of {@link DumpPremises#isRead}
   * @param ancestry which is there for a moment
   * @param names of what moves into the schema
   * @param wanted entries
   */
  record Parts(
      DumpToc toc,
      DumpEntry table,
      TableClosure closure,
      Ancestry ancestry,
      String schema,
      SqlNames names,
      Set<Integer> wanted,
      List<DumpBlock> blocks) {
    String original() {
      return TableNames.quoted(table);
    }

    /** While the ancestors are there. */
    SqlNames allNames() {
      Set<Name> all = new HashSet<>(names.names());
      ancestry.tables().forEach(table -> all.add(new Name(table.schema(), table.tag())));
      return new SqlNames(all, schema);
    }

    List<DumpEntry> entries() {
      return toc.entries().stream().filter(entry -> wanted.contains(entry.dumpId())).toList();
    }
  }

  private Parts parts() {
    DumpToc toc = dump.toc(DumpPremises::isRead);
    DumpEntry table = TableNames.find(toc, request.table());
    TableClosure closure = TableClosure.of(toc, List.of(table));
    Ancestry ancestry = Ancestry.of(dump, closure);
    String schema = request.schema().orElse(table.tag() + SUFFIX);
    Set<Integer> wanted = wanted(toc, closure);
    wanted.addAll(StoredDump.ids(ancestry.tables()));
    return new Parts(
        toc,
        table,
        closure,
        ancestry,
        schema,
        names(closure, ancestry, schema),
        wanted,
        dump.blocks().stream().filter(block -> wanted.contains(block.dumpId())).toList());
  }

  /** Tables without data, indexes and what else takes its time: these come when all of it fits. */
  private static boolean isDefinition(DumpEntry entry) {
    return entry.section() == Section.PRE_DATA;
  }

  private void requireFit(DumpTarget database, TableCopy copy) {
    if (copy.live() && request.uses().contains(TableUse.SWAP)) {
      new TableSwap(request.database(), dump, copy).requireFit(database);
    }
    boolean compares =
        request.uses().contains(TableUse.DIFF) || request.uses().contains(TableUse.MERGE);
    if (compares) {
      new TableComparison(request.database(), copy)
          .requireFit(database, request.uses().contains(TableUse.MERGE));
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

  private static SqlNames names(TableClosure closure, Ancestry ancestry, String schema) {
    Set<Name> names = new HashSet<>();
    Set<String> taken = new HashSet<>();
    ancestry.tables().forEach(table -> requireFree(taken, table));
    for (DumpEntry entry : closure.members()) {
      if (NAMED.contains(entry.kind())) {
        requireFree(taken, entry);
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

  private static void requireFree(Set<String> taken, DumpEntry part) {
    if (!taken.add(part.tag())) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not put the table into one schema: it has two parts, or a part and a parent, called "
              + part.tag()
              + ", in different ones",
          "Restore the database into a new one: `holdfast dump restore` without --table.");
    }
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

  private void createSchema(DumpTarget database, Parts parts) {
    database.executeTogether(
        "create schema " + parts.schema(),
        List.of(
            "CREATE SCHEMA " + SqlToken.quoted(parts.schema()),
            comment(parts, "NOT WHOLE, for the restore is under way or was killed: ")));
  }

  private String comment(Parts parts, String first) {
    return "COMMENT ON SCHEMA "
        + SqlToken.quoted(parts.schema())
        + " IS "
        + SqlToken.literal(
            first
                + parts.table().name()
                + " as of backup "
                + dump.backup()
                + ", restored by Holdfast");
  }

  private void load(
      ClientPrograms programs,
      Parts parts,
      Predicate<DumpEntry> which,
      SqlNames names,
      Progress progress) {
    List<String> arguments =
        new ArrayList<>(List.of("--single-transaction", "--exit-on-error", "--dbname="));
    if (!request.owners()) {
      arguments.add("--no-owner");
    }
    if (!request.privileges()) {
      arguments.add("--no-privileges");
    }
    Set<Integer> ids =
        parts.entries().stream()
            .filter(entry -> TableClosure.isAboutTheArchive(entry) || which.test(entry))
            .map(DumpEntry::dumpId)
            .collect(Collectors.toSet());
    LoadCrew.runOne(
        () -> programs.start(Program.PG_RESTORE, arguments, request.database(), Duration.ZERO),
        to -> dump.writeMoved(parts.toc(), parts.blocks(), ids, names, to, progress),
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
