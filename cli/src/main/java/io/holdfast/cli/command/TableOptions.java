package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.operations.dump.StoredDump;
import io.holdfast.operations.dump.TableComparison;
import io.holdfast.operations.dump.TableCopy;
import io.holdfast.operations.dump.TableDifference;
import io.holdfast.operations.dump.TableRestore;
import io.holdfast.operations.dump.TableRestoreRequest;
import io.holdfast.operations.dump.TableSwap;
import io.holdfast.operations.dump.TableUse;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One table of a dump, beside the one of the database. */
final class TableOptions {
  @Option(
      names = {"-t", "--table"},
      paramLabel = "TABLE",
      description =
          "Bring back this table alone, with all that belongs to it, into a schema beside the one"
              + " that is there; --into then names the database (default: DATABASE itself).")
  private @Nullable String table;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description = "With --table: the new schema for it (default: TABLE_restored).")
  private @Nullable String schema;

  @Option(
      names = "--diff",
      description = "With --table: compare its rows with those of the one that is there.")
  private boolean diff;

  @Option(
      names = "--merge",
      paramLabel = "WHAT",
      description =
          "With --table: missing-rows adds rows whose keys the one that is there lacks; then the copy"
              + " stays.")
  private @Nullable String merge;

  @Option(
      names = "--swap",
      description =
          "With --table: put it in the place of the one that is there, which goes aside into the"
              + " schema TABLE_replaced.")
  private boolean swap;

  private static final String MISSING_ROWS = "missing-rows";

  /** Refuses what makes no sense before anything is done. */
  void check() {
    if (table == null && (schema != null || diff || merge != null || swap)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--schema, --diff, --merge and --swap are about one table",
          "Say which: --table public.users.");
    }
    if (merge != null && !merge.equals(MISSING_ROWS)) {
      throw new HoldfastException(
          ExitStatus.USAGE, "'--merge " + merge + "' is not known", "It is --merge missing-rows.");
    }
    if (merge != null && swap) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--merge adds rows to the table that is there, and --swap replaces it",
          "Say one of them.");
    }
  }

  Optional<String> table() {
    return Optional.ofNullable(table);
  }

  Optional<String> schema() {
    return Optional.ofNullable(schema);
  }

  Set<TableUse> uses() {
    Set<TableUse> uses = EnumSet.noneOf(TableUse.class);
    if (diff) {
      uses.add(TableUse.DIFF);
    }
    if (merge != null) {
      uses.add(TableUse.MERGE);
    }
    if (swap) {
      uses.add(TableUse.SWAP);
    }
    return uses;
  }

  ExitStatus run(Console console, StoredDump dump, TableRestoreRequest request) {
    TableCopy copy = new TableRestore(dump, request).run(console.progress());
    console.note(
        "restored " + copy.table().name() + " as " + copy.copied() + ", " + copy.rows() + " rows");
    TableDifference difference = null;
    if (diff) {
      difference = new TableComparison(request.database(), copy).difference();
    }
    Long merged =
        merge == null
            ? null
            : (Long) new TableComparison(request.database(), copy).mergeMissingRows();
    TableSwap.Swapped swapped = swap ? new TableSwap(request.database(), dump, copy).run() : null;
    console.answer(Outcome.of(dump, copy, difference, merged, swapped));
    return ExitStatus.DONE;
  }

  /**
   * @param swapped whether the table is in its place now
   * @param foreignKeysInRemade foreign keys of other tables that were made anew by a swap
   * @param removal the statement that removes the copy; absent if there is none any more
   */
  record Outcome(
      String backup,
      String table,
      String copy,
      boolean swapped,
      @Nullable String oldTableIn,
      long rows,
      boolean liveTableFound,
      List<String> members,
      List<String> foreignKeysOut,
      List<String> foreignKeysIn,
      List<String> foreignKeysInRemade,
      List<String> parents,
      @Nullable TableDifference difference,
      @Nullable Long rowsMerged,
      @Nullable String removal)
      implements Answer {
    static Outcome of(
        StoredDump dump,
        TableCopy copy,
        @Nullable TableDifference difference,
        @Nullable Long merged,
        TableSwap.@Nullable Swapped swapped) {
      return new Outcome(
          dump.backup().text(),
          copy.table().name(),
          copy.copied(),
          swapped != null,
          swapped == null ? null : swapped.replaced().orElse(null),
          copy.rows(),
          copy.live(),
          copy.members(),
          copy.referencesOut(),
          copy.referencesIn(),
          swapped == null ? List.of() : swapped.references(),
          copy.parents(),
          difference,
          merged,
          swapped == null ? copy.removal() : null);
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          swapped
              ? table + " is as of backup " + backup + ": " + rows + " rows"
              : table + " as of backup " + backup + " is " + copy + ": " + rows + " rows");
      page.line("with it came: " + String.join(", ", members));
      printReferences(page);
      if (difference != null) {
        print(page, difference);
      }
      if (rowsMerged != null) {
        page.line("added to " + table + ": " + rowsMerged + " rows that were missing");
      }
      if (oldTableIn != null) {
        page.line(
            "the table that was there before is in schema "
                + oldTableIn
                + ", with the grants, comments and indexes that it got since the backup; sequences"
                + " go on where the backup left them");
      }
      printNext(page);
    }

    private void printReferences(Page page) {
      if (!foreignKeysOut.isEmpty()) {
        page.line(
            (swapped
                    ? "checked and made anew, foreign keys to others: "
                    : "foreign keys to others, which the copy does not have: ")
                + String.join(", ", foreignKeysOut));
      }
      if (!foreignKeysInRemade.isEmpty()) {
        page.line(
            "checked and made anew, foreign keys of others: "
                + String.join(", ", foreignKeysInRemade));
      }
      if (!foreignKeysIn.isEmpty() && !swapped) {
        page.line(
            "foreign keys of others to "
                + table
                + ", untouched: "
                + String.join(", ", foreignKeysIn));
      }
      if (!parents.isEmpty()) {
        page.line(
            (swapped
                    ? "it does NOT inherit any more (ALTER TABLE … INHERIT … mends that) from: "
                    : "the table inherits from these, and the copy does not: ")
                + String.join(", ", parents));
      }
      if (swapped && !liveTableFound) {
        page.line(
            "NOT made again, if they were dropped with the table: views, publications"
                + (foreignKeysIn.isEmpty()
                    ? ""
                    : ", and foreign keys of others: " + String.join(", ", foreignKeysIn)));
      }
    }

    private void print(Page page, TableDifference d) {
      page.line(
          "compared with "
              + table
              + (d.key().isEmpty()
                  ? ", row by row for want of a key: "
                  : " by " + String.join(", ", d.key()) + ": ")
              + d.same()
              + " the same, "
              + d.different()
              + " different, "
              + d.onlyRestored()
              + " only in the backup, "
              + d.onlyLive()
              + " only in the database");
      if (!d.examples().isEmpty()) {
        page.line("only in the backup, for example: " + String.join("; ", d.examples()));
      }
      if (!d.columnsOnlyRestored().isEmpty()) {
        page.line("columns only in the backup: " + String.join(", ", d.columnsOnlyRestored()));
      }
      if (!d.columnsOnlyLive().isEmpty()) {
        page.line("columns only in the database: " + String.join(", ", d.columnsOnlyLive()));
      }
    }

    private void printNext(Page page) {
      if (!swapped && !liveTableFound) {
        page.line("the database has no " + table + ": --swap puts it there");
      }
      if (removal != null) {
        page.line("when the copy is not needed any more: " + removal);
      }
    }
  }
}
