package io.holdfast.postgres.dump;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Queries that give the name of each object of a sort, and write what it is as one line of text, as
 * it is the same in a copy: no object ids, no numbers of columns (dropped ones leave holes), names
 * with their schemas, nothing that pg_dump cannot keep (names of constraints that come from a
 * parent, indexes that are not valid). What belongs to the system or to extensions is left out.
 */
final class SchemaLines {
  private static final String OURS =
      " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM"
          + " pg_depend d WHERE d.objid = %s AND d.classid = '%s'::regclass AND d.deptype = 'e')";

  private static final String CLASS = OURS.formatted("c.oid", "pg_class");
  private static final String PROC = OURS.formatted("p.oid", "pg_proc");
  private static final String TYPE = OURS.formatted("t.oid", "pg_type");

  /** Every database has it, whether it was dropped from the source or not. */
  private static final String SCHEMA =
      " n.nspname <> 'public' AND" + OURS.formatted("n.oid", "pg_namespace");

  private static final String RELATION = "SELECT format('%s.%s', n.nspname, c.relname), ";

  private static String part(String name) {
    return "SELECT format('%s.%s.%s', n.nspname, c.relname, " + name + "), ";
  }

  private static final String FUNCTION =
      "SELECT format('%s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), ";
  private static final String NAMED_TYPE = "SELECT format('%s.%s', n.nspname, t.typname), ";

  private static final String RELATIONS =
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p',"
          + " 'm', 'f', 'S', 'v') AND"
          + CLASS;
  private static final String FUNCTIONS =
      " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE" + PROC;
  private static final String TYPES =
      " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE (t.typtype IN ('e', 'd',"
          + " 'r') OR EXISTS (SELECT FROM pg_class k WHERE k.oid = t.typrelid AND k.relkind = 'c'))"
          + " AND"
          + TYPE;
  private static final String SCHEMAS = " FROM pg_namespace n WHERE" + SCHEMA;

  /** Of composite types, extensions have the type and not what has its columns. */
  private static final String NO_MEMBER_TYPE =
      " AND (c.relkind <> 'c' OR NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.reltype AND"
          + " d.classid = 'pg_type'::regclass AND d.deptype = 'e'))";

  static final String OWNERS = "owners";
  static final String GRANTS = "grants";
  static final String DEFAULT_GRANTS = "default privileges";

  static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "relations",
        RELATION
            + "format('%s %s %s %s', c.relkind, c.relpersistence, c.relrowsecurity,"
            + " c.relforcerowsecurity)"
            + RELATIONS);
    ALL.put(
        "columns",
        part("a.attname")
            + "format('%s %s %s %s %s %s', format_type(a.atttypid, a.atttypmod),"
            + " a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(f.adbin, f.adrelid), CASE"
            + " WHEN a.attcollation <> y.typcollation THEN l.collname END) FROM pg_attribute a JOIN"
            + " pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN"
            + " pg_type y ON y.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation"
            + " LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum WHERE"
            + " a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f', 'v', 'c')"
            + " AND"
            + CLASS
            + NO_MEMBER_TYPE);
    ALL.put(
        "indexes",
        RELATION
            + "pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid ="
            + " i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE (i.indisvalid OR"
            + " c.relkind = 'I') AND i.indisready AND"
            + CLASS);
    // What a child has of its parent is called as there after a restore; columns tell NOT NULL.
    ALL.put(
        "constraints",
        part("o.conname")
            + "format('%s %s', o.convalidated, pg_get_constraintdef(o.oid)) FROM"
            + " pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid ="
            + " c.relnamespace WHERE o.conparentid = 0 AND o.coninhcount = 0 AND o.contype <> 'n'"
            + " AND"
            + CLASS
            + " UNION ALL "
            + NAMED_TYPE
            + "format('%s %s', o.conname, pg_get_constraintdef(o.oid)) FROM pg_constraint o JOIN"
            + " pg_type t ON t.oid = o.contypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE"
            + " o.contype = 'c' AND"
            + TYPE);
    ALL.put(
        "triggers",
        part("t.tgname")
            + "format('%s %s', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t JOIN"
            + " pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
            + " NOT t.tgisinternal AND"
            + CLASS);
    ALL.put(
        "rules",
        part("r.rulename")
            + "format('%s %s', pg_get_ruledef(r.oid), r.ev_enabled) FROM pg_rewrite r JOIN pg_class c"
            + " ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename"
            + " <> '_RETURN' AND"
            + CLASS);
    ALL.put(
        "views",
        RELATION
            + "pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind IN ('v', 'm') AND"
            + CLASS);
    ALL.put(
        "functions",
        FUNCTION
            + "format('%s %s %s %s %s %s %s %s %s', p.prokind, pg_get_function_result(p.oid),"
            + " p.prosrc, l.lanname, p.provolatile, p.prosecdef, p.proisstrict, p.proleakproof,"
            + " p.proparallel) FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang JOIN"
            + " pg_namespace n ON n.oid = p.pronamespace WHERE"
            + PROC);
    ALL.put(
        "policies",
        part("o.polname")
            + "format('%s %s %s', o.polcmd, pg_get_expr(o.polqual, o.polrelid),"
            + " pg_get_expr(o.polwithcheck, o.polrelid)) FROM pg_policy o JOIN pg_class c ON c.oid ="
            + " o.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
            + CLASS);
    ALL.put(
        "types",
        NAMED_TYPE
            + "format('%s %s', t.typtype, (SELECT string_agg(e.enumlabel::text, ',' ORDER BY"
            + " e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))"
            + TYPES);
    ALL.put(
        "statistics",
        "SELECT format('%s.%s', n.nspname, s.stxname), format('%s %s', c.oid::regclass, s.stxkind)"
            + " FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON"
            + " n.oid = s.stxnamespace WHERE"
            + CLASS);
    ALL.put(
        "event triggers",
        "SELECT e.evtname::text, format('%s %s %s %s', e.evtevent, e.evtenabled, e.evttags,"
            + " e.evtfoid::regprocedure) FROM pg_event_trigger e WHERE NOT EXISTS (SELECT FROM"
            + " pg_depend d WHERE d.objid = e.oid AND d.classid = 'pg_event_trigger'::regclass AND"
            + " d.deptype = 'e')");
    ALL.put(
        "publications",
        "SELECT p.pubname::text, format('%s %s %s %s %s %s', p.puballtables, p.pubinsert,"
            + " p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot) FROM pg_publication p UNION"
            + " ALL SELECT p.pubname::text, format('%s.%s', n.nspname, c.relname) FROM pg_publication"
            + " p JOIN pg_publication_rel r ON r.prpubid = p.oid JOIN pg_class c ON c.oid = r.prrelid"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
            + CLASS);
    ALL.put(
        OWNERS,
        RELATION
            + "pg_get_userbyid(c.relowner)::text"
            + RELATIONS
            + " UNION ALL "
            + FUNCTION
            + "pg_get_userbyid(p.proowner)::text"
            + FUNCTIONS
            + " UNION ALL "
            + NAMED_TYPE
            + "pg_get_userbyid(t.typowner)::text"
            + TYPES
            + " UNION ALL SELECT n.nspname::text, pg_get_userbyid(n.nspowner)::text"
            + SCHEMAS);
    ALL.put(GRANTS, grants());
    ALL.put(
        DEFAULT_GRANTS,
        "SELECT 'of ' || pg_get_userbyid(f.defaclrole), format('%s %s %s', n.nspname,"
            + " f.defaclobjtype, g.line) FROM pg_default_acl f LEFT JOIN pg_namespace n ON n.oid ="
            + " f.defaclnamespace, LATERAL ("
            + granted("f.defaclacl")
            + ") g(line)");
    ALL.put("comments", comments());
  }

  private static String grants() {
    String relation = "CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r'::\"char\" END";
    return RELATION
        + "g.line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL ("
        + granted("coalesce(c.relacl, acldefault(" + relation + ", c.relowner))")
        + ") g(line) WHERE c.relkind IN ('r', 'p', 'm', 'f', 'S', 'v') AND"
        + CLASS
        + " UNION ALL "
        + RELATION
        + "format('%s %s', b.attname, g.line) FROM pg_class c JOIN pg_namespace n ON n.oid ="
        + " c.relnamespace JOIN pg_attribute b ON b.attrelid = c.oid AND b.attnum > 0 AND NOT"
        + " b.attisdropped AND b.attacl IS NOT NULL, LATERAL ("
        + granted("b.attacl")
        + ") g(line) WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v') AND"
        + CLASS
        + " UNION ALL "
        + FUNCTION
        + "g.line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, LATERAL ("
        + granted("coalesce(p.proacl, acldefault('f', p.proowner))")
        + ") g(line) WHERE"
        + PROC
        + " UNION ALL SELECT n.nspname::text, g.line FROM pg_namespace n, LATERAL ("
        + granted("coalesce(n.nspacl, acldefault('n', n.nspowner))")
        + ") g(line) WHERE"
        + SCHEMA
        // Of public only what somebody gave to somebody.
        + " UNION ALL SELECT n.nspname::text, format('%s %s', pg_get_userbyid(a.grantee),"
        + " a.privilege_type) FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname ="
        + " 'public' AND a.grantee NOT IN (0, n.nspowner)";
  }

  /** What somebody may do; who granted it is another matter. */
  private static String granted(String acl) {
    return "SELECT format('%s %s %s', CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE"
        + " pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable) FROM aclexplode("
        + acl
        + ") a";
  }

  private static String comments() {
    return RELATION
        + "format('%s %s', b.attname, e.description) FROM pg_description e JOIN pg_class c ON"
        + " e.classoid = 'pg_class'::regclass AND c.oid = e.objoid JOIN pg_namespace n ON n.oid ="
        + " c.relnamespace LEFT JOIN pg_attribute b ON b.attrelid = c.oid AND b.attnum ="
        + " e.objsubid AND e.objsubid > 0 WHERE c.relkind IN ('r', 'p', 'm', 'f', 'S', 'v', 'c')"
        + " AND b.attisdropped IS NOT TRUE AND"
        + CLASS
        + NO_MEMBER_TYPE
        + " UNION ALL "
        + FUNCTION
        + "obj_description(p.oid, 'pg_proc')"
        + FUNCTIONS
        + " AND obj_description(p.oid, 'pg_proc') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_depend d"
        + " WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'i')"
        + " UNION ALL "
        + NAMED_TYPE
        + "obj_description(t.oid, 'pg_type')"
        + TYPES
        + " AND obj_description(t.oid, 'pg_type') IS NOT NULL UNION ALL SELECT n.nspname::text,"
        + " obj_description(n.oid, 'pg_namespace')"
        + SCHEMAS
        + " AND obj_description(n.oid, 'pg_namespace') IS NOT NULL";
  }

  private SchemaLines() {}
}
