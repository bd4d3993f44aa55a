package io.holdfast.postgres.dump;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Queries that give the name of each object of a sort, and write it as one line of text, as it is
 * the same in a copy: no object ids, no numbers of columns (dropped ones leave holes), names with
 * their schemas. What belongs to the system or to extensions is left out.
 */
final class SchemaLines {
  private static final String OURS =
      " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM"
          + " pg_depend d WHERE d.objid = %s AND d.classid = '%s'::regclass AND d.deptype = 'e')";

  private static final String CLASS = OURS.formatted("c.oid", "pg_class");

  static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "relations",
        "SELECT format('%s.%s', n.nspname, c.relname), "
            + "format('%s %s.%s %s %s %s', c.relkind, n.nspname, c.relname, c.relpersistence,"
            + " c.relrowsecurity, c.relforcerowsecurity) FROM pg_class c JOIN pg_namespace n ON n.oid ="
            + " c.relnamespace WHERE c.relkind IN ('r', 'p', 'm', 'f', 'S', 'v') AND"
            + CLASS);
    ALL.put(
        "columns",
        "SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname), "
            + "format('%s.%s.%s %s %s %s %s %s', n.nspname, c.relname, a.attname,"
            + " format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,"
            + " pg_get_expr(f.adbin, f.adrelid)) FROM pg_attribute a JOIN pg_class c ON c.oid ="
            + " a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef f ON"
            + " f.adrelid = a.attrelid AND f.adnum = a.attnum WHERE a.attnum > 0 AND NOT"
            + " a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f', 'v') AND"
            + CLASS);
    ALL.put(
        "indexes",
        "SELECT format('%s.%s', n.nspname, c.relname), "
            + "pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid ="
            + " i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
            + CLASS);
    ALL.put(
        "constraints",
        "SELECT format('%s.%s.%s', n.nspname, c.relname, o.conname), "
            + "format('%s.%s.%s %s %s', n.nspname, c.relname, o.conname, o.convalidated,"
            + " pg_get_constraintdef(o.oid)) FROM pg_constraint o JOIN pg_class c ON c.oid ="
            + " o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
            + CLASS);
    ALL.put(
        "triggers",
        "SELECT format('%s.%s.%s', n.nspname, c.relname, t.tgname), "
            + "format('%s %s', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t JOIN pg_class c ON c.oid ="
            + " t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND"
            + CLASS);
    ALL.put(
        "views",
        "SELECT format('%s.%s', n.nspname, c.relname), "
            + "format('%s.%s %s', n.nspname, c.relname, pg_get_viewdef(c.oid)) FROM pg_class c JOIN"
            + " pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND"
            + CLASS);
    ALL.put(
        "functions",
        "SELECT format('%s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), "
            + "format('%s.%s(%s) %s %s %s', n.nspname, p.proname,"
            + " pg_get_function_identity_arguments(p.oid), p.prokind, pg_get_function_result(p.oid),"
            + " p.prosrc) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE"
            + OURS.formatted("p.oid", "pg_proc"));
    ALL.put(
        "policies",
        "SELECT format('%s.%s.%s', n.nspname, c.relname, o.polname), "
            + "format('%s.%s.%s %s %s %s', n.nspname, c.relname, o.polname, o.polcmd,"
            + " pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid)) FROM"
            + " pg_policy o JOIN pg_class c ON c.oid = o.polrelid JOIN pg_namespace n ON n.oid ="
            + " c.relnamespace WHERE"
            + CLASS);
    ALL.put(
        "types",
        "SELECT format('%s.%s', n.nspname, t.typname), "
            + "format('%s.%s %s %s', n.nspname, t.typname, t.typtype, (SELECT"
            + " string_agg(e.enumlabel::text, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE"
            + " e.enumtypid = t.oid)) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
            + " WHERE t.typtype IN ('e', 'd', 'r') AND"
            + OURS.formatted("t.oid", "pg_type"));
  }

  private SchemaLines() {}
}
