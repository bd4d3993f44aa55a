package io.holdfast.operations.dumping;

import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.DatabaseFigures.Table;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.PostgresException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether a dump has what was counted in its snapshot: all tables, and all their rows. */
final class RowComparison {
  private static final String TABLE_DATA = "TABLE DATA";
  private static final int NAMED = 10;

  private record Name(String schema, String table) {}

  private RowComparison() {}

  /**
   * @throws PostgresException if not
   */
  static void require(DatabaseFigures figures, List<DumpBlock> blocks) {
    Map<Name, Long> dumped = new HashMap<>();
    for (DumpBlock block : blocks) {
      if (block.kind().equals(TABLE_DATA)) {
        dumped.put(new Name(block.schema(), block.table()), block.rows());
      }
    }
    List<String> differences = new ArrayList<>();
    for (Table table : figures.tables()) {
      Long rows = dumped.remove(new Name(table.schema(), table.name()));
      if (table.kind() == Kind.TABLE && (rows == null || rows != table.rows())) {
        differences.add(
            table.qualified()
                + ": expected "
                + table.rows()
                + " rows, found "
                + (rows == null ? "no such table" : rows + " rows"));
      } else if (table.kind() != Kind.TABLE && rows != null) {
        differences.add(table.qualified() + ": expected no data, found " + rows + " rows");
      }
    }
    dumped.forEach((name, rows) ->
        differences.add(
            name.schema()
                + "."
                + name.table()
                + ": expected no such table, found "
                + rows
                + " rows"));
    if (!differences.isEmpty()) {
      throw new PostgresException(
          "the dump of database "
              + figures.database()
              + " is not what its own snapshot holds: "
              + String.join("; ", differences.stream().limit(NAMED).toList())
              + (differences.size() > NAMED
                  ? "; and " + (differences.size() - NAMED) + " more"
                  : ""),
          "Take it again. If this comes back, report it, with the versions of server and pg_dump.",
          null);
    }
  }
}
