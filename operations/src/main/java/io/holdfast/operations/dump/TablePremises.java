package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.SqlToken;
import io.holdfast.postgres.TableClosure;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What has to be there for a table to be brought back, and for what is to be done with it then:
 * looked for before anything is made, and all that is missing is said at once.
 */
final class TablePremises {
  private final DumpTarget database;
  private final TableRestoreRequest request;
  private final TableRestore.Parts parts;
  private final Lacking lacking = new Lacking();

  TablePremises(DumpTarget database, TableRestoreRequest request, TableRestore.Parts parts) {
    this.database = database;
    this.request = request;
    this.parts = parts;
  }

  /**
   * @param live what the database has of that name
   */
  void check(LiveTable live) {
    checkPlace();
    checkRoles();
    checkNeeded();
    if (!request.uses().isEmpty() && hasRows()) {
      checkUses(live);
    }
    lacking.refuse("could not restore " + parts.table().name());
  }

  private void checkPlace() {
    String schema = parts.schema();
    if (yes("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ?)", schema)) {
      lacking.add(
          "there is a schema " + schema + " already, where the copy would go",
          "Is it of an earlier restore? Then DROP SCHEMA "
              + SqlToken.quoted(schema)
              + " CASCADE; or choose another with --schema.");
    } else if (!yes("SELECT has_database_privilege(current_database(), 'CREATE')")) {
      lacking.add(
          "the role may not create schemas",
          "GRANT CREATE ON DATABASE … to it, or restore as the database's owner.");
    }
  }

  private boolean yes(String query, String... parameters) {
    return database
        .rows("look what there is for " + parts.table().name(), query, parameters)
        .getFirst()
        .getFirst()
        .equals("t");
  }

  private void checkRoles() {
    Set<String> needed =
        new TreeSet<>(NeededRoles.of(parts.entries(), request.owners(), request.privileges()));
    needed.removeAll(database.roles());
    if (!needed.isEmpty()) {
      lacking.add(
          "the server has no role " + Lacking.some(List.copyOf(needed)),
          "Create them, or say --no-owner and --no-privileges to do without.");
    } else if (request.owners()) {
      checkOwners();
    }
  }

  /** Only who is a member of a role may give it something. */
  private void checkOwners() {
    List<String> strangers = NeededRoles.strangers(database, parts.entries());
    if (!strangers.isEmpty()) {
      lacking.add(
          "the role may not give things to " + Lacking.some(strangers),
          "Say --no-owner, or restore as a member of that role or a superuser.");
    }
  }

  private void checkNeeded() {
    DatabaseObjects objects = DatabaseObjects.of(database);
    Set<Integer> made = StoredDump.ids(parts.ancestry().tables());
    Set<Integer> named = new TreeSet<>();
    parts.entries().forEach(entry -> named.addAll(entry.dependencies()));
    List<String> missing =
        parts.closure().needed().stream()
            // A function that is there may do with less than that of the dump.
            .filter(entry -> named.contains(entry.dumpId()) && !made.contains(entry.dumpId()))
            // What it needs of a schema is needed by itself.
            .filter(entry -> !entry.kind().equals("SCHEMA") && objects.lacks(entry))
            .map(TablePremises::words)
            .toList();
    if (!missing.isEmpty()) {
      lacking.add(
          "the database has no " + Lacking.some(missing),
          "The table needs them: make them first, or restore the whole database into a new one.");
    }
  }

  private static String words(DumpEntry entry) {
    return entry.kind().toLowerCase(java.util.Locale.ROOT) + " " + entry.name();
  }

  /** A view has none of its own. */
  private boolean hasRows() {
    String kind = parts.table().kind();
    if (!kind.equals("TABLE")) {
      lacking.add(
          parts.table().name() + " is a " + kind.toLowerCase(java.util.Locale.ROOT),
          "--diff, --merge and --swap are for tables with rows of their own.");
    }
    return kind.equals("TABLE");
  }

  private void checkUses(LiveTable live) {
    if (!live.exists()) {
      if (request.uses().contains(TableUse.DIFF) || request.uses().contains(TableUse.MERGE)) {
        lacking.add(
            "the database has no table " + parts.table().name() + " to compare with",
            "Leave out --diff and --merge; --swap puts the table where it was.");
      }
    } else if (!live.isTable()) {
      lacking.add(parts.table().name() + " is something else than a table in the database", null);
    } else {
      request.uses().forEach(use -> checkUse(use, live));
    }
    if (request.uses().contains(TableUse.SWAP) && (live.isTable() || !live.exists())) {
      new SwapPremises(database, parts, lacking).check(live.exists());
    }
  }

  private void checkUse(TableUse use, LiveTable live) {
    switch (use) {
      case DIFF -> checkReading(live);
      case MERGE -> {
        checkReading(live);
        if (!live.insertable()) {
          lacking.add(
              "the role may not insert into and lock " + parts.table().name(),
              "GRANT SELECT, INSERT, UPDATE on it, or restore as its owner.");
        }
        if (TableKey.of(database, parts.original()).columns().isEmpty()) {
          lacking.add(
              "there is no primary key or other unique key without nulls on "
                  + parts.table().name(),
              "Which rows are missing cannot be known: leave out --merge and take them from the"
                  + " copy by hand.");
        }
      }
      case SWAP -> {
        // by itself, for it can be done without a table too
      }
    }
  }

  private void checkReading(LiveTable live) {
    if (!live.readable()) {
      lacking.add(
          "the role may not read " + parts.table().name(), "GRANT SELECT on it to the role.");
    } else if (live.hidden()) {
      lacking.add(
          "row security hides rows of " + parts.table().name() + " from the role",
          "Restore as a role that has BYPASSRLS, or as a superuser.");
    }
  }

  /** What a database has of the table's name. */
  record LiveTable(
      boolean exists, boolean isTable, boolean readable, boolean insertable, boolean hidden) {
    private static final String QUERY =
        """
        SELECT c.relkind IN ('r', 'p'), has_table_privilege(c.oid, 'SELECT'),
          has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
            AND has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'),
          CASE WHEN c.relkind IN ('r', 'p') THEN row_security_active(c.oid) ELSE false END
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ? AND c.relname = ?
        """;

    static LiveTable of(DumpTarget database, DumpEntry table) {
      List<List<String>> rows =
          database.rows("look for " + table.name(), QUERY, table.schema(), table.tag());
      if (rows.isEmpty()) {
        return new LiveTable(false, false, false, false, false);
      }
      List<String> row = rows.getFirst();
      return new LiveTable(
          true,
          row.get(0).equals("t"),
          row.get(1).equals("t"),
          row.get(2).equals("t"),
          row.get(3).equals("t"));
    }
  }

  /** Foreign keys to other tables are made again after a swap; those tables have to be there. */
  static List<String> referred(TableClosure closure, List<DumpEntry> all) {
    Set<Integer> ids = new TreeSet<>();
    closure.referencesOut().forEach(entry -> ids.addAll(entry.dependencies()));
    closure.members().forEach(entry -> ids.remove(entry.dumpId()));
    return all.stream()
        .filter(entry -> ids.contains(entry.dumpId()) && TableClosure.isTable(entry))
        .map(TableNames::quoted)
        .toList();
  }
}
