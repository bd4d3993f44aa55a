package io.holdfast.postgres.dump;

import io.holdfast.postgres.DumpContents;
import io.holdfast.postgres.session.SqlConnection;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what pg_dump must write of a database, by the rules of pg_dump.c: what belongs to an
 * extension comes with it, parts of tables only with tables that are dumped themselves. Where those
 * rules differ between versions the lower number is taken: a dump may have more than these, and is
 * at fault only if it has less.
 */
final class ContentQueries {
  /** What follows has what it needs of these: user's schemas, and relations that are dumped. */
  private static final String WITH =
      """
      WITH n AS MATERIALIZED (SELECT oid, nspname, nspacl, nspowner FROM pg_namespace
          WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
        member AS MATERIALIZED (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
          AND refclassid = 'pg_extension'::regclass AND objsubid = 0),
        rel AS MATERIALIZED (SELECT c.oid, c.relkind, c.relacl, c.relowner, c.relhastriggers,
            c.relpersistence = 'u' AND pg_is_in_recovery() AS dataless
          FROM pg_class c JOIN n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (SELECT FROM member m
            WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)),
        seq AS MATERIALIZED (SELECT r.oid, r.dataless FROM rel r WHERE r.relkind = 'S' AND NOT EXISTS
          (SELECT FROM pg_depend d JOIN member m ON m.classid = d.refclassid AND m.objid = d.refobjid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
            AND d.refclassid = 'pg_class'::regclass)),
        ind AS MATERIALIZED (SELECT i.indexrelid, i.indrelid, EXISTS (SELECT FROM pg_constraint k
            WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid
            AND k.contype IN ('p', 'u', 'x')) AS is_key
          FROM pg_index i JOIN rel r ON r.oid = i.indrelid
          WHERE (i.indisvalid OR r.relkind = 'p') AND i.indisready)
      """;

  private static final String COUNTS =
      """
      SELECT CASE relkind WHEN 'v' THEN 'views' WHEN 'm' THEN 'materialized views'
          WHEN 'f' THEN 'foreign tables' ELSE 'tables' END, count(*)
        FROM rel WHERE relkind <> 'S' GROUP BY 1
      UNION ALL SELECT 'sequences', count(*) FROM seq
      UNION ALL SELECT 'values of sequences', count(*) FROM seq WHERE NOT dataless
      UNION ALL SELECT CASE WHEN is_key THEN 'keys' ELSE 'indexes' END, count(*) FROM ind GROUP BY 1
      UNION ALL SELECT 'foreign keys', count(*) FROM pg_constraint k JOIN rel r ON r.oid = k.conrelid
        WHERE k.contype = 'f' AND k.conparentid = 0 AND (r.relhastriggers OR r.relkind = 'p')
      UNION ALL SELECT 'triggers', count(*) FROM pg_trigger t JOIN rel r ON r.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND r.relhastriggers
      UNION ALL SELECT 'rules', count(*) FROM pg_rewrite w JOIN rel r ON r.oid = w.ev_class
        WHERE w.rulename <> '_RETURN'
      UNION ALL SELECT 'policies', count(*) FROM pg_policy p JOIN rel r ON r.oid = p.polrelid
      UNION ALL SELECT 'functions', count(*) FROM pg_proc p JOIN n ON n.oid = p.pronamespace
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
          AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
      UNION ALL SELECT 'types', count(*) FROM pg_type t JOIN n ON n.oid = t.typnamespace
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
        AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass
          AND m.objid = t.oid)
      UNION ALL SELECT 'schemas', count(*) FROM n WHERE nspname <> 'public' AND NOT EXISTS
        (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
      UNION ALL SELECT 'extensions', count(*) FROM pg_extension WHERE oid >= 16384
      UNION ALL SELECT 'statistics', count(*) FROM pg_statistic_ext s JOIN n ON n.oid =
        s.stxnamespace JOIN rel r ON r.oid = s.stxrelid
      UNION ALL SELECT 'event triggers', count(*) FROM pg_event_trigger t WHERE NOT EXISTS (SELECT
        FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = t.oid)
      UNION ALL SELECT 'publications', count(*) FROM pg_publication p WHERE NOT EXISTS (SELECT
        FROM member m WHERE m.classid = 'pg_publication'::regclass AND m.objid = p.oid)
      UNION ALL SELECT 'subscriptions', count(*) FROM pg_subscription WHERE subdbid = (SELECT oid
        FROM pg_database WHERE datname = current_database())
        AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
      """;

  /**
   * Only grants to somebody else than the owner and PUBLIC: those are never what an object has
   * anyway, so they are written. By {@code %1$s}: ACL, owner.
   */
  private static final String GRANTED =
      "%1$s IS NOT NULL AND EXISTS (SELECT FROM aclexplode(%1$s) a JOIN pg_roles g ON g.oid = a.grantee WHERE a.grantee <>"
          + " %2$s)";

  private static final String PROPERTIES =
      "UNION ALL SELECT CASE relkind WHEN 'S' THEN 'grants on sequences' ELSE 'grants on tables' END,"
          + " count(*) FROM rel r WHERE "
          + GRANTED.formatted("r.relacl", "r.relowner")
          + " AND (r.relkind <> 'S' OR r.oid IN (SELECT oid FROM seq)) GROUP BY 1 UNION ALL SELECT 'grants on columns', count(*) FROM rel r JOIN pg_attribute c"
          + " ON c.attrelid = r.oid AND c.attnum > 0 AND NOT c.attisdropped WHERE "
          + GRANTED.formatted("c.attacl", "r.relowner")
          + " UNION ALL SELECT 'grants on functions', count(*) FROM pg_proc p JOIN n ON n.oid ="
          + " p.pronamespace WHERE "
          + GRANTED.formatted("p.proacl", "p.proowner")
          + " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid"
          + " = p.oid AND d.deptype IN ('e', 'i')) UNION ALL SELECT 'grants on schemas', count(*) FROM n"
          + " WHERE "
          + GRANTED.formatted("n.nspacl", "n.nspowner")
          + " AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND"
          + " m.objid = n.oid) UNION ALL SELECT CASE WHEN d.objsubid > 0 THEN 'comments on columns' WHEN"
          + " r.relkind = 'S' THEN 'comments on sequences' ELSE 'comments on tables' END, count(*) FROM"
          + " pg_description d JOIN rel r ON r.oid = d.objoid AND d.classoid = 'pg_class'::regclass LEFT"
          + " JOIN pg_attribute c ON c.attrelid = r.oid AND c.attnum = d.objsubid AND d.objsubid > 0"
          + " WHERE (d.objsubid = 0 OR NOT c.attisdropped) AND (r.relkind <> 'S' OR r.oid IN (SELECT oid"
          + " FROM seq)) GROUP BY 1";

  private ContentQueries() {}

  static DumpContents all(SqlConnection sql) {
    Map<String, Long> counts = new HashMap<>();
    sql.list(
        "count what a dump must have",
        WITH + COUNTS + PROPERTIES,
        row -> counts.merge(row.getString(1), row.getLong(2), Long::sum));
    return new DumpContents(counts);
  }
}
