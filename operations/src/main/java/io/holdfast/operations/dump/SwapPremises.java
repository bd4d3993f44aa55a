package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.SqlNames.Name;
import io.holdfast.postgres.SqlToken;
import java.util.ArrayList;
import java.util.List;

/** What has to be there for a restored table to take the place of another, or of a dropped one. */
final class SwapPremises {
  private static final String NOT_OURS =
      TableSwap.TREE
          + "SELECT 'table ' || c.oid::regclass FROM pg_class c WHERE (c.oid IN (SELECT oid FROM tree)"
          + " OR c.oid IN (SELECT conrelid FROM pg_constraint k JOIN tree t ON k.confrelid = t.oid"
          + " WHERE k.contype = 'f')) AND NOT pg_has_role(c.relowner, 'USAGE') ORDER BY 1";

  /** Names in the schema that are neither the old table nor a part of it. */
  private static final String TAKEN =
      TableSwap.TREE
          + "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN"
          + " unnest(CAST(? AS text[]), CAST(? AS text[])) w(nspname, relname) ON w.nspname = n.nspname"
          + " AND w.relname = c.relname WHERE c.oid NOT IN (SELECT oid FROM tree WHERE oid IS NOT NULL)"
          + " AND NOT EXISTS (SELECT FROM pg_index i JOIN tree t ON t.oid = i.indrelid WHERE"
          + " i.indexrelid = c.oid) AND NOT EXISTS (SELECT FROM pg_depend d JOIN tree t ON d.refobjid ="
          + " t.oid WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a',"
          + " 'i')) ORDER BY 1";

  private final DumpTarget database;
  private final TableRestore.Parts parts;
  private final Lacking lacking;

  SwapPremises(DumpTarget database, TableRestore.Parts parts, Lacking lacking) {
    this.database = database;
    this.parts = parts;
    this.lacking = lacking;
  }

  /**
   * @param live whether there is a table to be replaced
   */
  void check(boolean live) {
    if (live) {
      checkDependents();
      checkAside();
      add(
          rows(NOT_OURS, parts.original()),
          "the role does not own ",
          "A swap alters the table and those that refer to it: restore as their owner, or as a"
              + " superuser.");
    }
    checkSchema();
    checkNames();
    List<String> gone =
        TablePremises.referred(parts.closure(), parts.toc().entries()).stream()
            .filter(table -> first("SELECT to_regclass(?) IS NULL", table).equals("t"))
            .toList();
    add(gone, "foreign keys of the table refer to what is not there: ", "Bring those back first.");
  }

  private List<String> rows(String query, String... parameters) {
    return database.rows("look at " + parts.table().name(), query, parameters).stream()
        .map(List::getFirst)
        .toList();
  }

  private String first(String query, String... parameters) {
    return rows(query, parameters).stream().findFirst().orElse("");
  }

  private void add(List<String> found, String what, String hint) {
    if (!found.isEmpty()) {
      lacking.add(what + Lacking.some(found), hint);
    }
  }

  private void checkDependents() {
    add(
        rows(TableSwap.DEPENDENTS, parts.original()),
        "more than foreign keys is made of the table: ",
        TableSwap.DEPENDENTS_HINT);
  }

  private void checkAside() {
    String replaced = TableSwap.replaced(parts.table());
    if (!rows("SELECT 1 FROM pg_namespace WHERE nspname = ?", replaced).isEmpty()) {
      lacking.add(
          "there is a schema " + replaced + " already, where the old table would go",
          TableSwap.replacedHint(replaced));
    }
  }

  private void checkSchema() {
    String may =
        first(
            "SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE') FROM"
                + " pg_namespace WHERE nspname = ?",
            parts.table().schema());
    if (may.isEmpty()) {
      lacking.add(
          "there is no schema " + parts.table().schema(),
          "CREATE SCHEMA " + SqlToken.quoted(parts.table().schema()) + ";");
    } else if (may.equals("f")) {
      lacking.add(
          "the role may not make tables in schema " + parts.table().schema(),
          "GRANT CREATE on the schema to it, or restore as its owner.");
    }
  }

  private void checkNames() {
    List<String> schemas = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Name name : parts.names().names()) {
      schemas.add(element(name.schema()));
      names.add(element(name.name()));
    }
    add(
        rows(TAKEN, parts.original(), array(schemas), array(names)),
        "names that parts of the table have are taken by ",
        "Rename those, or restore without --swap.");
  }

  private static String array(List<String> elements) {
    return "{" + String.join(",", elements) + "}";
  }

  private static String element(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
