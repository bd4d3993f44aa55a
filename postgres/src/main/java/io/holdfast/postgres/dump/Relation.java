package io.holdfast.postgres.dump;

import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.session.SqlConnection;
import java.util.List;

/**
 * A table or sequence that a dump knows of. Which those are follows pg_dump.c: not what belongs to
 * the system or to an extension, unless the extension marked it as keeping settings of the user
 * ({@code pg_extension.extconfig}): then the rows that its condition chooses.
 *
 * @param kind as pg_class has it
 * @param condition {@code WHERE …} of an extension's table; "" for all rows
 * @param dataless unlogged, on a standby
 * @param readable by this role, as far as pg_dump reads it: of foreign tables and materialized
 *     views it only writes the definition
 * @param hidden in part, by row security
 */
record Relation(
    String schema,
    String name,
    char kind,
    String condition,
    boolean dataless,
    boolean readable,
    boolean hidden) {
  private static final String ALL =
      """
      SELECT n.nspname, c.relname, c.relkind::text, coalesce(x.condition, ''),
        c.relpersistence = 'u' AND pg_is_in_recovery(),
        c.relkind IN ('m', 'f') OR has_schema_privilege(n.oid, 'USAGE') AND CASE WHEN c.relkind = 'S'
          THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END,
        c.relkind IN ('r', 'p') AND row_security_active(c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.objsubid = 0 AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
      LEFT JOIN LATERAL (SELECT u.condition FROM pg_extension e,
          unnest(e.extconfig, e.extcondition) AS u(config, condition)
          WHERE e.oid = d.refobjid AND u.config = c.oid) x ON true
      WHERE c.relkind IN ('r', 'p', 'm', 'f', 'S')
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (d.refobjid IS NULL OR x.condition IS NOT NULL)
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
      """;

  static List<Relation> all(SqlConnection sql) {
    return sql.list(
        "list the tables",
        ALL,
        row ->
            new Relation(
                row.getString(1),
                row.getString(2),
                row.getString(3).charAt(0),
                row.getString(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7)));
  }

  boolean isSequence() {
    return kind == 'S';
  }

  boolean lockable() {
    return kind == 'r' || kind == 'p';
  }

  Kind tableKind() {
    return switch (kind) {
      case 'p' -> Kind.PARTITIONED;
      case 'f' -> Kind.FOREIGN;
      case 'm' -> Kind.MATERIALIZED_VIEW;
      default -> dataless ? Kind.UNREADABLE_UNLOGGED : Kind.TABLE;
    };
  }

  /** For SQL. */
  String quoted() {
    return quote(schema) + "." + quote(name);
  }

  private static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
