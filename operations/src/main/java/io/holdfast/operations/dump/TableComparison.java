package io.holdfast.operations.dump;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpTarget;
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

  /** A column that both have, or only one. */
  private record Column(String name, boolean generated) {
    String quoted() {
      return SqlToken.quoted(name);
    }
  }

  private record Columns(
      List<Column> common, List<String> key, List<String> onlyCopy, List<String> onlyLive) {
    String values(String alias) {
      return "ROW("
          + common.stream()
              .map(column -> alias + "." + column.quoted())
              .collect(Collectors.joining(", "))
          + ")::text";
    }

    String joined() {
      return key.stream()
          .map(SqlToken::quoted)
          .map(name -> "r." + name + " = l." + name)
          .collect(Collectors.joining(" AND "));
    }
  }

  public TableDifference difference() {
    try (DumpTarget database = DumpTarget.connect(connection)) {
      Columns columns = columns(database);
      return columns.key().isEmpty() ? wholeRows(database, columns) : byKey(database, columns);
    }
  }

  private Columns columns(DumpTarget database) {
    List<Column> restored = columns(database, copy.copied());
    List<Column> live = columns(database, copy.original());
    List<String> liveNames = live.stream().map(Column::name).toList();
    List<String> restoredNames = restored.stream().map(Column::name).toList();
    List<Column> common =
        live.stream().filter(column -> restoredNames.contains(column.name())).toList();
    List<String> key =
        database
            .rows(
                "look for a key",
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
                    + " AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indrelid ="
                    + " to_regclass(?) ORDER BY array_position(i.indkey, a.attnum)",
                copy.original())
            .stream()
            .map(List::getFirst)
            .toList();
    return new Columns(
        common,
        restoredNames.containsAll(key) ? key : List.of(),
        restoredNames.stream().filter(name -> !liveNames.contains(name)).toList(),
        liveNames.stream().filter(name -> !restoredNames.contains(name)).toList());
  }

  private static List<Column> columns(DumpTarget database, String table) {
    return database
        .rows(
            "list the columns of " + table,
            "SELECT attname, (attgenerated <> '')::text FROM pg_attribute WHERE attrelid ="
                + " to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            table)
        .stream()
        .map(row -> new Column(row.get(0), row.get(1).equals("true")))
        .toList();
  }

  private TableDifference byKey(DumpTarget database, Columns columns) {
    String first = SqlToken.quoted(columns.key().getFirst());
    List<String> counts =
        database
            .rows(
                "compare " + copy.table().name(),
                "SELECT count(*) FILTER (WHERE l."
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
                    + copy.copied()
                    + " r FULL JOIN "
                    + copy.original()
                    + " l ON "
                    + columns.joined())
            .getFirst();
    List<String> examples =
        database
            .rows(
                "compare " + copy.table().name(),
                "SELECT concat_ws(', ', "
                    + columns.key().stream()
                        .map(name -> "r." + SqlToken.quoted(name))
                        .collect(Collectors.joining(", "))
                    + ") FROM "
                    + copy.copied()
                    + " r WHERE NOT EXISTS (SELECT FROM "
                    + copy.original()
                    + " l WHERE "
                    + columns.joined()
                    + ") LIMIT "
                    + EXAMPLES)
            .stream()
            .map(List::getFirst)
            .toList();
    return difference(columns, counts, examples);
  }

  /** Without a key a row is all of its columns, and may be there several times. */
  private TableDifference wholeRows(DumpTarget database, Columns columns) {
    List<String> counts =
        database
            .rows(
                "compare " + copy.table().name(),
                "SELECT coalesce(sum(greatest(r.n - coalesce(l.n, 0), 0)), 0),"
                    + " coalesce(sum(greatest(l.n - coalesce(r.n, 0), 0)), 0), 0,"
                    + " coalesce(sum(greatest(r.n, coalesce(l.n, 0))), 0)"
                    + " + coalesce(sum(l.n) FILTER (WHERE r.n IS NULL), 0) FROM "
                    + counted(copy.copied(), columns)
                    + " r FULL JOIN "
                    + counted(copy.original(), columns)
                    + " l USING (line)")
            .getFirst();
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
        columns.key(),
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
   * moves its sequences on behind them. Its triggers fire, as for every INSERT.
   *
   * @return how many rows were added
   * @throws HoldfastException (refused) if the table has no primary key; (source) if it fails, or
   *     rows are missing still because a trigger or a rule kept them out: then nothing has changed
   */
  public long mergeMissingRows() {
    try (DumpTarget database = DumpTarget.connect(connection)) {
      Columns columns = columns(database);
      if (columns.key().isEmpty()) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not merge rows into "
                + copy.table().name()
                + ": expected a primary key that both have, found none",
            "Which rows are missing cannot be known; take them from "
                + copy.copied()
                + " by hand.");
      }
      long before = count(database);
      List<String> statements = new ArrayList<>();
      statements.add("LOCK TABLE " + copy.original() + " IN SHARE ROW EXCLUSIVE MODE");
      statements.add(insertion(columns));
      statements.add(requireAdded(columns));
      statements.addAll(sequences(database));
      database.executeTogether("merge rows into " + copy.table().name(), statements);
      return count(database) - before;
    }
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
        + copy.copied()
        + " r WHERE NOT EXISTS (SELECT FROM "
        + copy.original()
        + " l WHERE "
        + columns.joined()
        + ")";
  }

  /**
   * Fails in words if a row is missing still; no block of PL/pgSQL, for names may hold anything.
   */
  private String requireAdded(Columns columns) {
    return "SELECT CASE WHEN n > 0 THEN CAST(n || ' rows are missing still after they were added: does"
        + " a trigger or a rule keep them out?' AS integer) ELSE 0 END FROM (SELECT count(*) AS n"
        + " FROM "
        + copy.copied()
        + " r WHERE NOT EXISTS (SELECT FROM "
        + copy.original()
        + " l WHERE "
        + columns.joined()
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

  private long count(DumpTarget database) {
    return Long.parseLong(
        database
            .rows("count rows", "SELECT count(*)::text FROM " + copy.original())
            .getFirst()
            .getFirst());
  }
}
