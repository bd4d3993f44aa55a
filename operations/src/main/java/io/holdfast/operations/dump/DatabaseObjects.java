package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The objects that a database has, by the names that a dump has for them. */
final class DatabaseObjects {
  /**
   * Names of routines have the types of what they take, as pg_dump writes them: {@code
   * format_type()} leaves out the schema of pg_catalog alone.
   */
  private static final String ALL =
      """
      WITH names(oid, nspname) AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_')
      SELECT 'relation', n.nspname, c.relname::text FROM pg_class c JOIN names n ON n.oid =
        c.relnamespace
      UNION ALL SELECT 'type', n.nspname, t.typname FROM pg_type t JOIN names n ON n.oid =
        t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.typelem = 0
        AND (t.typrelid = 0 OR c.relkind = 'c')
      UNION ALL SELECT 'routine', n.nspname, p.proname || '(' || CASE WHEN p.prokind = 'a' AND
        p.pronargs = 0 THEN '*' ELSE (SELECT coalesce(string_agg(format_type(a.oid, NULL), ', '
        ORDER BY a.nr), '') FROM unnest(p.proargtypes) WITH ORDINALITY a(oid, nr)) END || ')'
        FROM pg_proc p JOIN names n ON n.oid = p.pronamespace
      UNION ALL SELECT 'collation', n.nspname, x.collname FROM pg_collation x JOIN names n ON n.oid =
        x.collnamespace
      UNION ALL SELECT 'conversion', n.nspname, x.conname FROM pg_conversion x JOIN names n ON n.oid
        = x.connamespace
      UNION ALL SELECT 'statistics', n.nspname, x.stxname FROM pg_statistic_ext x JOIN names n ON
        n.oid = x.stxnamespace
      UNION ALL SELECT 'text search configuration', n.nspname, x.cfgname FROM pg_ts_config x JOIN
        names n ON n.oid = x.cfgnamespace
      UNION ALL SELECT 'text search dictionary', n.nspname, x.dictname FROM pg_ts_dict x JOIN names n
        ON n.oid = x.dictnamespace
      UNION ALL SELECT 'schema', '', nspname FROM names
      UNION ALL SELECT 'extension', '', extname FROM pg_extension
      UNION ALL SELECT 'event trigger', '', evtname FROM pg_event_trigger
      UNION ALL SELECT 'publication', '', pubname FROM pg_publication
      UNION ALL SELECT 'foreign data wrapper', '', fdwname FROM pg_foreign_data_wrapper
      UNION ALL SELECT 'server', '', srvname FROM pg_foreign_server
      UNION ALL SELECT 'procedural language', '', lanname FROM pg_language
      UNION ALL SELECT 'access method', '', amname FROM pg_am
      """;

  private record Name(String sort, String schema, String name) {}

  private final Set<Name> names = new HashSet<>();

  private DatabaseObjects() {}

  static DatabaseObjects of(DumpTarget database) {
    DatabaseObjects objects = new DatabaseObjects();
    for (List<String> row : database.rows("list what the database has", ALL)) {
      objects.names.add(new Name(row.get(0), row.get(1), row.get(2)));
    }
    return objects;
  }

  /** Whether there is what the entry would make; false for what is looked for in another way. */
  boolean has(DumpEntry entry) {
    return name(entry).filter(names::contains).isPresent();
  }

  /** Whether the entry makes something that is not there; false for sorts that are not known. */
  boolean lacks(DumpEntry entry) {
    return name(entry).filter(name -> !names.contains(name) && !isRoutineThere(name)).isPresent();
  }

  /** One that takes something else maybe: then whoever asks has to try. */
  private boolean isRoutineThere(Name wanted) {
    String plain = wanted.name().replaceFirst("\\(.*", "(");
    return wanted.sort().equals("routine")
        && names.stream()
            .anyMatch(name ->
                name.sort().equals("routine")
                    && name.schema().equals(wanted.schema())
                    && name.name().startsWith(plain));
  }

  private static Optional<Name> name(DumpEntry entry) {
    String sort = sort(entry.kind());
    return sort.isEmpty()
        ? Optional.empty()
        : Optional.of(new Name(sort, entry.schema(), entry.tag()));
  }

  private static String sort(String kind) {
    return switch (kind) {
      case "TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "INDEX" -> "relation";
      case "TYPE", "DOMAIN", "SHELL TYPE" -> "type";
      case "FUNCTION", "PROCEDURE", "AGGREGATE" -> "routine";
      case "COLLATION",
          "CONVERSION",
          "STATISTICS",
          "TEXT SEARCH CONFIGURATION",
          "TEXT SEARCH DICTIONARY",
          "SCHEMA",
          "EXTENSION",
          "EVENT TRIGGER",
          "PUBLICATION",
          "FOREIGN DATA WRAPPER",
          "SERVER",
          "PROCEDURAL LANGUAGE",
          "ACCESS METHOD" ->
          kind.toLowerCase(java.util.Locale.ROOT);
      default -> "";
    };
  }
}
