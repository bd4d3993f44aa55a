package io.holdfast.operations.dump;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.SqlToken;
import io.holdfast.postgres.TableClosure;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a restored table in the place of the one of the database, in one transaction: the old one
 * goes into a schema of its own with all that it has, the restored one comes out of its schema, and
 * foreign keys from and to it are made anew, which checks them.
 */
public final class TableSwap {
  private static final String SUFFIX = "_replaced";

  /** Whoever waits for the table waits for us too, so we do not wait for long. */
  private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '10s'";

  static final String DEPENDENTS_HINT =
      "They would stay with the old table. --merge missing-rows adds rows to it; or drop them,"
          + " swap, and make them again.";

  /** The table and its partitions, in the words of whoever asks. */
  static final String TREE =
      "WITH RECURSIVE tree(oid) AS (SELECT to_regclass(?)::oid UNION ALL SELECT i.inhrelid FROM"
          + " pg_inherits i JOIN tree t ON t.oid = i.inhparent JOIN pg_class c ON c.oid ="
          + " i.inhparent WHERE c.relkind = 'p') ";

  static final String DEPENDENTS =
      TREE
          + ", refs(class, oid) AS (SELECT 'pg_class'::regclass, oid FROM tree UNION ALL SELECT"
          + " 'pg_type'::regclass, y.oid FROM pg_type y JOIN tree t ON y.typrelid = t.oid UNION ALL"
          + " SELECT 'pg_class'::regclass, d.objid FROM pg_depend d JOIN tree t ON d.refobjid ="
          + " t.oid JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' WHERE d.classid ="
          + " 'pg_class'::regclass AND d.deptype IN ('a', 'i'))"
          // Views, through their rules.
          + " SELECT DISTINCT 'view ' || v.oid::regclass FROM pg_depend d JOIN refs f ON"
          + " d.refclassid = f.class AND d.refobjid = f.oid JOIN pg_rewrite r ON d.classid ="
          + " 'pg_rewrite'::regclass AND d.objid = r.oid JOIN pg_class v ON v.oid = r.ev_class"
          + " WHERE v.oid NOT IN (SELECT oid FROM tree)"
          + " UNION SELECT 'function ' || p.oid::regprocedure FROM pg_depend d JOIN refs f ON"
          + " d.refclassid = f.class AND d.refobjid = f.oid JOIN pg_proc p ON d.classid ="
          + " 'pg_proc'::regclass AND d.objid = p.oid"
          // Columns of its row type, and tables that inherit from it.
          + " UNION SELECT 'table ' || c.oid::regclass FROM pg_depend d JOIN refs f ON d.refclassid"
          + " = f.class AND d.refobjid = f.oid JOIN pg_class c ON d.classid = 'pg_class'::regclass"
          + " AND d.objid = c.oid WHERE d.deptype = 'n' AND c.relkind IN ('r', 'p', 'f') AND c.oid"
          + " NOT IN (SELECT oid FROM tree)"
          + " UNION SELECT 'policy ' || o.polname || ' on ' || o.polrelid::regclass FROM pg_depend d"
          + " JOIN refs f ON d.refclassid = f.class AND d.refobjid = f.oid JOIN pg_policy o ON"
          + " d.classid = 'pg_policy'::regclass AND d.objid = o.oid WHERE o.polrelid NOT IN (SELECT"
          + " oid FROM tree)"
          // Defaults of other tables that draw from its sequences.
          + " UNION SELECT 'default of ' || a.adrelid::regclass FROM pg_depend d JOIN refs f ON"
          + " d.refclassid = f.class AND d.refobjid = f.oid JOIN pg_attrdef a ON d.classid ="
          + " 'pg_attrdef'::regclass AND d.objid = a.oid WHERE a.adrelid NOT IN (SELECT oid FROM"
          + " tree)"
          + " UNION SELECT 'parent ' || i.inhparent::regclass FROM pg_inherits i JOIN tree t ON"
          + " i.inhrelid = t.oid WHERE i.inhparent NOT IN (SELECT oid FROM tree)"
          + " UNION SELECT 'publication ' || p.pubname FROM pg_publication p JOIN"
          + " pg_publication_rel r ON r.prpubid = p.oid JOIN tree t ON t.oid = r.prrelid ORDER BY 1";

  private static final String REFERENCES_IN =
      TREE
          + "SELECT format('%s of %s', c.conname, c.conrelid::regclass), format('ALTER TABLE %s DROP"
          + " CONSTRAINT %I', c.conrelid::regclass, c.conname),"
          + " format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname,"
          + " pg_get_constraintdef(c.oid)) FROM pg_constraint c JOIN tree t ON c.confrelid = t.oid"
          + " WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid NOT IN (SELECT oid FROM"
          + " tree)";

  private static final String OLD_PARTS =
      TREE
          + "SELECT format('ALTER TABLE %s SET SCHEMA ', t.oid::regclass) FROM tree t UNION ALL"
          + " SELECT format('ALTER STATISTICS %I.%I SET SCHEMA ', n.nspname, s.stxname) FROM"
          + " pg_statistic_ext s JOIN tree t ON s.stxrelid = t.oid JOIN pg_namespace n ON n.oid ="
          + " s.stxnamespace";

  /** What holds data and came to the table after the dump. */
  private static final String NEWER =
      "SELECT 'column ' || a.attname FROM pg_attribute a WHERE a.attrelid = to_regclass(?) AND"
          + " a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (SELECT FROM pg_attribute b WHERE"
          + " b.attrelid = to_regclass(?) AND b.attname = a.attname AND b.attnum > 0 AND NOT"
          + " b.attisdropped) UNION ALL SELECT 'partition ' || c.relname FROM"
          + " pg_partition_tree(to_regclass(?)) p JOIN pg_class c ON c.oid = p.relid WHERE p.level >"
          + " 0 AND c.relname NOT IN (SELECT d.relname FROM pg_partition_tree(to_regclass(?)) q JOIN"
          + " pg_class d ON d.oid = q.relid)";

  /** Foreign keys of others that refer to columns which the copy does not have. */
  private static final String REFERENCED =
      TREE
          + "SELECT format('%s of %s', c.conname, c.conrelid::regclass) FROM pg_constraint c JOIN tree"
          + " t ON c.confrelid = t.oid WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid NOT"
          + " IN (SELECT oid FROM tree) AND EXISTS (SELECT FROM unnest(c.confkey) k(attnum) JOIN"
          + " pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum WHERE a.attname NOT IN"
          + " (SELECT b.attname FROM pg_attribute b WHERE b.attrelid = to_regclass(?) AND b.attnum > 0"
          + " AND NOT b.attisdropped))";

  private final ConnectionSettings connection;
  private final StoredDump dump;
  private final TableCopy copy;

  public TableSwap(ConnectionSettings connection, StoredDump dump, TableCopy copy) {
    this.connection = connection;
    this.dump = dump;
    this.copy = copy;
  }

  /**
   * What was done.
   *
   * @param replaced the schema in which the old table is now; empty if there was none
   * @param references foreign keys of others that refer to the new one now, for people
   */
  public record Swapped(Optional<String> replaced, List<String> references) {
    public Swapped {
      references = List.copyOf(references);
    }
  }

  /**
   * Swaps.
   *
   * @throws HoldfastException (refused) if something else is made of the old table, which would
   *     stay with it; (source) if it fails, a foreign key for example: then nothing has changed
   */
  public Swapped run() {
    try (DumpTarget database = DumpTarget.connect(connection)) {
      return run(database);
    } catch (HoldfastException e) {
      throw copy.stays(e);
    }
  }

  private Swapped run(DumpTarget database) {
    String replaced = replaced(copy.table());
    List<String> statements = new ArrayList<>(List.of(LOCK_TIMEOUT));
    List<String> referencesIn = new ArrayList<>();
    List<String> references = new ArrayList<>();
    if (copy.live()) {
      requireAlone(database);
      requireNothingNewer(database);
      requireFree(database, replaced);
      for (List<String> row : rows(database, REFERENCES_IN)) {
        references.add(row.get(0));
        statements.add(row.get(1));
        referencesIn.add(row.get(2));
      }
      statements.add("CREATE SCHEMA " + SqlToken.quoted(replaced));
      for (List<String> row : rows(database, OLD_PARTS)) {
        statements.add(row.getFirst() + SqlToken.quoted(replaced));
      }
    }
    moveIn(statements);
    statements.add("DROP SCHEMA " + SqlToken.quoted(copy.schema()));
    statements.addAll(referencesOut());
    statements.addAll(referencesIn);
    database.executeTogether("put " + copy.table().name() + " in its place", statements);
    return new Swapped(copy.live() ? Optional.of(replaced) : Optional.empty(), references);
  }

  private List<List<String>> rows(DumpTarget database, String query) {
    return rows(database, query, copy.original());
  }

  private List<List<String>> rows(DumpTarget database, String query, String... parameters) {
    return database.rows("look at " + copy.table().name(), query, parameters);
  }

  private void requireAlone(DumpTarget database) {
    List<String> dependents = rows(database, DEPENDENTS).stream().map(List::getFirst).toList();
    if (!dependents.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not swap "
              + copy.table().name()
              + ": expected nothing but foreign keys to be made of it, found "
              + String.join(", ", dependents),
          DEPENDENTS_HINT);
    }
  }

  private void requireNothingNewer(DumpTarget database) {
    List<String> newer =
        database
            .rows(
                "compare " + copy.table().name(),
                NEWER,
                copy.original(),
                copy.copied(),
                copy.original(),
                copy.copied())
            .stream()
            .map(List::getFirst)
            .toList();
    if (!newer.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not swap "
              + copy.table().name()
              + ": expected nothing in it that the backup does not have, found "
              + String.join(", ", newer),
          "What lies there would be in the replaced table alone. --merge missing-rows adds the"
              + " missing rows to the table as it is; or give "
              + copy.copied()
              + " the same and put it in place by hand.");
    }
  }

  private static void requireFree(DumpTarget database, String schema) {
    if (!database
        .rows("look for a schema", "SELECT 1 FROM pg_namespace WHERE nspname = ?", schema)
        .isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not put the old table aside: expected no schema " + schema + ", found one",
          replacedHint(schema));
    }
  }

  /** The schema for the old table. */
  static String replaced(DumpEntry table) {
    return table.tag() + SUFFIX;
  }

  static String replacedHint(String schema) {
    return "It holds a table that was replaced before; when it is not needed any more: DROP SCHEMA "
        + SqlToken.quoted(schema)
        + " CASCADE;";
  }

  /**
   * Refuses when a part of the table came to it after the dump, and would be lost to it.
   *
   * @param database that has the definitions of the copy, if not its data yet
   */
  void requireFit(DumpTarget database) {
    if (copy.live()) {
      requireNothingNewer(database);
      requireReferenced(database);
    }
  }

  private void requireReferenced(DumpTarget database) {
    List<String> lacking =
        rows(database, REFERENCED, copy.original(), copy.copied()).stream()
            .map(List::getFirst)
            .toList();
    if (!lacking.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not swap "
              + copy.table().name()
              + ": expected the columns that foreign keys refer to in the backup too, found none for "
              + String.join(", ", lacking),
          "Drop those foreign keys first, or use --merge missing-rows.");
    }
  }

  /** Indexes, constraints and owned sequences move with their table. */
  private void moveIn(List<String> statements) {
    for (DumpEntry entry : copy.closure().members()) {
      String kind =
          switch (entry.kind()) {
            case "TABLE", "FOREIGN TABLE" -> "TABLE ";
            case "STATISTICS" -> "STATISTICS ";
            case "VIEW" -> "VIEW ";
            case "MATERIALIZED VIEW" -> "MATERIALIZED VIEW ";
            default -> "";
          };
      if (!kind.isEmpty()) {
        statements.add(
            "ALTER "
                + kind
                + SqlToken.quoted(copy.schema())
                + "."
                + SqlToken.quoted(entry.tag())
                + " SET SCHEMA "
                + SqlToken.quoted(entry.schema()));
      }
    }
  }

  /** As the dump says them, which is by their real names. */
  private List<String> referencesOut() {
    Set<Integer> wanted = new HashSet<>();
    TableClosure closure = copy.closure();
    closure.referencesOut().forEach(entry -> wanted.add(entry.dumpId()));
    if (wanted.isEmpty()) {
      return List.of();
    }
    return dump.toc(entry -> wanted.contains(entry.dumpId())).entries().stream()
        .filter(entry -> wanted.contains(entry.dumpId()))
        .map(DumpEntry::definition)
        .toList();
  }
}
