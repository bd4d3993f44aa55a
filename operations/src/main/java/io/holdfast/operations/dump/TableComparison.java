package io.holdfast.operations.dump;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.SqlToken;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Compares a restored table with the one of the database, and gives that one the rows that it
 * lacks.
 */
public final class TableComparison {
  private static final int EXAMPLES = 5;

  /**
   * Triggers and defaults run as they do when an application inserts: with the search_path of the
   * role and the database. Up to the end, for some triggers wait for it.
   */
  private static final String USUAL_PATH = "SET LOCAL search_path TO DEFAULT";

  private final ConnectionSettings connection;
  private final TableCopy copy;

  /**
   * @throws HoldfastException (refused) if the database has no such table
   */
  public TableComparison(ConnectionSettings connection, TableCopy copy) {
    if (!copy.live()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not compare "
              + copy.table().name()
              + ": expected it in the database, found no such table",
          "The copy is " + copy.copied() + "; --swap puts it in its place.");
    }
    this.connection = connection;
    this.copy = copy;
  }

  /**
   * A column that both have, or only one.
   *
   * @param required whether a row must say what it is
   */
  private record Column(String name, String type, boolean generated, boolean required) {
    String quoted() {
      return SqlToken.quoted(name);
    }
  }

  private record Columns(
      List<Column> common,
      TableKey key,
      List<String> onlyCopy,
      List<String> onlyLive,
      List<String> required,
      String restored,
      String live) {
    String values(String alias) {
      return "ROW("
          + common.stream()
              .map(column -> alias + "." + column.quoted())
              .collect(Collectors.joining(", "))
          + ")::text";
    }

    boolean keyless() {
      return key.columns().isEmpty();
    }
  }

  /**
   * Counts.
   *
   * @throws HoldfastException (source) if it fails, with the words that remove the copy
   */
  public TableDifference difference() {
    try (DumpTarget database = DumpTarget.connect(connection)) {
      Columns columns = columns(database);
      return columns.keyless() ? wholeRows(database, columns) : byKey(database, columns);
    } catch (HoldfastException e) {
      throw copy.stays(e);
    }
  }

  /**
   * Looks whether the copy can be compared and merged, by its definitions alone.
   *
   * @param database that has them
   * @throws HoldfastException (refused) if not
   */
  void requireFit(DumpTarget database, boolean merge) {
    Columns columns = columns(database);
    if (merge) {
      requireKey(columns);
      requireValues(columns);
    }
    try {
      database.rows(
          "compare", "EXPLAIN " + (columns.keyless() ? wholeRows(columns) : byKey(columns)));
      if (merge) {
        database.rows("merge", "EXPLAIN " + insertion(columns));
      }
    } catch (PostgresException e) {
      throw refused(
          merge ? TableUse.MERGE : TableUse.DIFF,
          "columns that fit to those of the backup, found other ones: "
              + String.valueOf(e.getMessage()).replaceFirst("(?s).*?: ", ""),
          "--swap replaces the table with that of the backup; or leave these options out and compare"
              + " by hand.");
    }
  }

  private HoldfastException refused(TableUse use, String expected, String hint) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not " + use.verb() + " " + copy.table().name() + ": expected " + expected,
        hint);
  }

  private void requireKey(Columns columns) {
    if (columns.keyless()) {
      throw refused(
          TableUse.MERGE,
          "a primary key, or another key without nulls, that both have, found none",
          "Which rows are missing cannot be known; take them from a copy by hand.");
    }
  }

  /** What the backup does not have of a row, the table must have a value for. */
  private void requireValues(Columns columns) {
    if (!columns.required().isEmpty()) {
      throw refused(
          TableUse.MERGE,
          "a value for every column of the database, found none in the backup, and no default, for "
              + String.join(", ", columns.required()),
          "ALTER TABLE … ALTER COLUMN … SET DEFAULT gives one.");
    }
  }

  private Columns columns(DumpTarget database) {
    List<Column> restored = columns(database, copy.copied());
    List<Column> live = columns(database, copy.original());
    List<String> liveNames = live.stream().map(Column::name).toList();
    List<String> restoredNames = restored.stream().map(Column::name).toList();
    List<Column> common =
        live.stream().filter(column -> restoredNames.contains(column.name())).toList();
    TableKey key =
        TableKey.of(database, copy.original())
            .comparable(name -> typeOf(restored, name).equals(typeOf(live, name)));
    return new Columns(
        common,
        restoredNames.containsAll(key.names()) ? key : new TableKey(List.of()),
        restoredNames.stream().filter(name -> !liveNames.contains(name)).toList(),
        liveNames.stream().filter(name -> !restoredNames.contains(name)).toList(),
        live.stream()
            .filter(column -> column.required() && !restoredNames.contains(column.name()))
            .map(Column::name)
            .toList(),
        alone(database, copy.copied()),
        alone(database, copy.original()));
  }

  /** A table with rows of its own by itself: what inherits from it is another table. */
  private static String alone(DumpTarget database, String table) {
    boolean plain =
        database
            .rows(
                "look at " + table,
                "SELECT relkind = 'r' FROM pg_class WHERE oid = to_regclass(?)",
                table)
            .stream()
            .anyMatch(row -> row.getFirst().equals("t"));
    return plain ? "ONLY " + table : table;
  }

  private static String typeOf(List<Column> columns, String name) {
    return columns.stream()
        .filter(column -> column.name().equals(name))
        .map(Column::type)
        .findFirst()
        .orElse("");
  }

  private static List<Column> columns(DumpTarget database, String table) {
    return database
        .rows(
            "list the columns of " + table,
            "SELECT attname, format_type(atttypid, NULL), (attgenerated <> '')::text, (attnotnull AND NOT atthasdef AND attidentity"
                + " = '')::text FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND"
                + " NOT attisdropped ORDER BY attnum",
            table)
        .stream()
        .map(row ->
            new Column(
                row.get(0), row.get(1), row.get(2).equals("true"), row.get(3).equals("true")))
        .toList();
  }

  private String byKey(Columns columns) {
    String first = SqlToken.quoted(columns.key().names().getFirst());
    return "SELECT count(*) FILTER (WHERE l."
        + first
        + " IS NULL), count(*) FILTER (WHERE r."
        + first
        + " IS NULL), count(*) FILTER (WHERE r."
        + first
        + " IS NOT NULL AND l."
        + first
        + " IS NOT NULL AND "
        + columns.values("r")
        + " IS DISTINCT FROM "
        + columns.values("l")
        + "), count(*) FROM "
        + columns.restored()
        + " r FULL JOIN "
        + columns.live()
        + " l ON "
        + columns.key().joined();
  }

  private TableDifference byKey(DumpTarget database, Columns columns) {
    List<String> counts =
        database.rows("compare " + copy.table().name(), byKey(columns)).getFirst();
    List<String> examples =
        database
            .rows(
                "compare " + copy.table().name(),
                "SELECT concat_ws(', ', "
                    + columns.key().names().stream()
                        .map(name -> "r." + SqlToken.quoted(name))
                        .collect(Collectors.joining(", "))
                    + ") FROM "
                    + columns.restored()
                    + " r WHERE NOT EXISTS (SELECT FROM "
                    + columns.live()
                    + " l WHERE "
                    + columns.key().joined()
                    + ") LIMIT "
                    + EXAMPLES)
            .stream()
            .map(List::getFirst)
            .toList();
    return difference(columns, counts, examples);
  }

  /** Without a key a row is all of its columns, and may be there several times. */
  private String wholeRows(Columns columns) {
    return "SELECT coalesce(sum(greatest(r.n - coalesce(l.n, 0), 0)), 0),"
        + " coalesce(sum(greatest(l.n - coalesce(r.n, 0), 0)), 0), 0,"
        + " coalesce(sum(greatest(r.n, l.n)), 0) FROM "
        + counted(columns.restored(), columns)
        + " r FULL JOIN "
        + counted(columns.live(), columns)
        + " l USING (line)";
  }

  private TableDifference wholeRows(DumpTarget database, Columns columns) {
    List<String> counts =
        database.rows("compare " + copy.table().name(), wholeRows(columns)).getFirst();
    return difference(columns, counts, List.of());
  }

  private static String counted(String table, Columns columns) {
    return "(SELECT "
        + columns.values("t")
        + " AS line, count(*) AS n FROM "
        + table
        + " t GROUP BY 1)";
  }

  private static TableDifference difference(
      Columns columns, List<String> counts, List<String> examples) {
    long restored = Long.parseLong(counts.get(0));
    long live = Long.parseLong(counts.get(1));
    long different = Long.parseLong(counts.get(2));
    return new TableDifference(
        columns.key().names(),
        restored,
        live,
        different,
        Long.parseLong(counts.get(3)) - restored - live - different,
        columns.onlyCopy(),
        columns.onlyLive(),
        examples);
  }

  /**
   * Adds the rows of the restored table whose keys the one of the database lacks, all or none, and
   * moves its sequences on behind them. Its triggers fire, as for every INSERT, with the
   * search_path that the role has in the database.
   *
   * @return how many rows were added
   * @throws HoldfastException (refused) if the table has no key; (source) if it fails, or rows are
   *     missing still because a trigger or a rule kept them out: then nothing has changed
   */
  public long mergeMissingRows() {
    try (DumpTarget database = DumpTarget.connect(connection)) {
      return mergeMissingRows(database);
    } catch (HoldfastException e) {
      throw copy.stays(e);
    }
  }

  private long mergeMissingRows(DumpTarget database) {
    Columns columns = columns(database);
    requireKey(columns);
    long before = count(database, columns);
    List<String> statements = new ArrayList<>();
    statements.add("LOCK TABLE " + copy.original() + " IN SHARE ROW EXCLUSIVE MODE");
    statements.add(USUAL_PATH);
    statements.add(insertion(columns));
    statements.add(requireAdded(columns));
    statements.addAll(sequences(database));
    database.executeTogether("merge rows into " + copy.table().name(), statements);
    return count(database, columns) - before;
  }

  private String insertion(Columns columns) {
    List<String> names =
        columns.common().stream()
            .filter(column -> !column.generated())
            .map(Column::quoted)
            .toList();
    return "INSERT INTO "
        + copy.original()
        + " ("
        + String.join(", ", names)
        + ") OVERRIDING SYSTEM VALUE SELECT "
        + names.stream().map(name -> "r." + name).collect(Collectors.joining(", "))
        + " FROM "
        + columns.restored()
        + " r WHERE NOT EXISTS (SELECT FROM "
        + columns.live()
        + " l WHERE "
        + columns.key().joined()
        + ")";
  }

  /**
   * Fails in words if a row is missing still; no block of PL/pgSQL, for names may hold anything.
   */
  private String requireAdded(Columns columns) {
    return "SELECT CASE WHEN n > 0 THEN CAST(n || ' rows are missing still after they were added: does"
        + " a trigger or a rule keep them out?' AS integer) ELSE 0 END FROM (SELECT count(*) AS n"
        + " FROM "
        + columns.restored()
        + " r WHERE NOT EXISTS (SELECT FROM "
        + columns.live()
        + " l WHERE "
        + columns.key().joined()
        + ")) AS missing";
  }

  /** Of sequences that columns of the table own. */
  private List<String> sequences(DumpTarget database) {
    return database
        .rows(
            "list the sequences of " + copy.table().name(),
            "SELECT format('SELECT setval(%L, greatest((SELECT last_value FROM %s), (SELECT"
                + " max(%I) FROM %s)))', s.name, s.name, a.attname, t.name) FROM pg_attribute a,"
                + " (SELECT ?) AS t(name), LATERAL (SELECT pg_get_serial_sequence(t.name,"
                + " a.attname)) AS s(name) WHERE a.attrelid = to_regclass(t.name) AND a.attnum > 0"
                + " AND NOT a.attisdropped AND s.name IS NOT NULL",
            copy.original())
        .stream()
        .map(List::getFirst)
        .toList();
  }

  private static long count(DumpTarget database, Columns columns) {
    return Long.parseLong(
        database
            .rows("count rows", "SELECT count(*)::text FROM " + columns.live())
            .getFirst()
            .getFirst());
  }
}
