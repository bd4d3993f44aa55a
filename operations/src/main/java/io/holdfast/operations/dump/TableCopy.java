package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.TableClosure;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;

/**
 * A table of a dump beside the one of the database.
 *
 * @param table as the dump has it
 * @param schema where the copy is
 * @param parents from which the table inherits, and the copy does not
 * @param live whether the database has the table too
 * @param rows of the copy, its partitions included
 */
public record TableCopy(
    DumpEntry table,
    String schema,
    TableClosure closure,
    List<String> parents,
    boolean live,
    long rows) {
  public TableCopy {
    parents = List.copyOf(parents);
  }

  TableCopy withRows(long counted) {
    return new TableCopy(table, schema, closure, parents, live, counted);
  }

  /** The copy, as SQL has it. */
  public String copied() {
    return TableNames.quoted(schema) + "." + TableNames.quoted(table.tag());
  }

  /** The one of the database, as SQL has it. */
  public String original() {
    return TableNames.quoted(table);
  }

  /** What came along, for people: kinds and names. */
  public List<String> members() {
    return closure.members().stream()
        .filter(entry -> !closure.referencesOut().contains(entry))
        .map(TableCopy::words)
        .toList();
  }

  /** Foreign keys to other tables, which the copy does not have. */
  public List<String> referencesOut() {
    return closure.referencesOut().stream().map(DumpEntry::tag).toList();
  }

  /** Foreign keys of other tables to this one, which still mean the one of the database. */
  public List<String> referencesIn() {
    return closure.referencesIn().stream()
        .map(entry -> entry.schema() + "." + entry.tag())
        .toList();
  }

  /** A failure of what was to be done with the copy, and what is to be done with it now. */
  HoldfastException stays(HoldfastException e) {
    String hint =
        e.hint().map(words -> words + " ").orElse("")
            + "The copy stays as "
            + copied()
            + "; when it is not needed: "
            + removal();
    return e instanceof PostgresException
        ? new PostgresException(String.valueOf(e.getMessage()), hint, e)
        : new HoldfastException(e.status(), String.valueOf(e.getMessage()), hint, e);
  }

  /** The statement that removes the copy. */
  public String removal() {
    return "DROP SCHEMA " + TableNames.quoted(schema) + " CASCADE;";
  }

  private static String words(DumpEntry entry) {
    return entry.kind().toLowerCase(java.util.Locale.ROOT) + " " + entry.tag();
  }
}
