package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.SqlToken;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * By what rows of a table are told apart: its primary key, else a unique key whose columns are
 * never null.
 *
 * @param columns none if there is no key
 */
record TableKey(List<Column> columns) {
  /** The operator of the index says what is the same: to citext, 'A' and 'a' are. */
  private static final String QUERY =
      """
      SELECT a.attname, format('OPERATOR(%I.%s)', n.nspname, o.oprname)
      FROM (SELECT i.* FROM pg_index i WHERE i.indrelid = to_regclass(?) AND i.indisunique
          AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (SELECT FROM unnest(i.indkey) WITH ORDINALITY k(attnum, nr)
            JOIN pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = k.attnum
            WHERE k.nr <= i.indnkeyatts AND NOT b.attnotnull)
          ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) i
      CROSS JOIN LATERAL unnest(i.indkey, i.indclass) WITH ORDINALITY k(attnum, opclass, nr)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      JOIN pg_opclass c ON c.oid = k.opclass
      JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype
        AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
      JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
      WHERE k.nr <= i.indnkeyatts ORDER BY k.nr
      """;

  /**
   * @param equals operator, for SQL
   */
  record Column(String name, String equals) {}

  TableKey {
    columns = List.copyOf(columns);
  }

  /**
   * @param table as SQL has it
   */
  static TableKey of(DumpTarget database, String table) {
    return new TableKey(
        database.rows("look for a key of " + table, QUERY, table).stream()
            .map(row -> new Column(row.get(0), row.get(1)))
            .toList());
  }

  /** With whatever operator there is for columns of two types. */
  TableKey comparable(Predicate<String> ofOneType) {
    return new TableKey(
        columns.stream()
            .map(column -> ofOneType.test(column.name()) ? column : new Column(column.name(), "="))
            .toList());
  }

  List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** Whether row {@code r} and row {@code l} have one key. */
  String joined() {
    return columns.stream()
        .map(column -> {
          String name = SqlToken.quoted(column.name());
          return "r." + name + " " + column.equals() + " l." + name;
        })
        .collect(Collectors.joining(" AND "));
  }
}
