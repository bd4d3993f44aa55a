package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.TableClosure;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;

/**
 * Finds tables by what a person writes: {@code public.users}, {@code "Odd Schema"."Users"} or, if
 * there is only one, {@code users}.
 */
final class TableNames {
  private TableNames() {}

  static List<DumpEntry> find(DumpToc toc, List<String> names) {
    return names.stream().map(name -> find(toc, name)).distinct().toList();
  }

  /**
   * @throws HoldfastException (usage) if the name means none, or more than one
   */
  static DumpEntry find(DumpToc toc, String name) {
    List<DumpEntry> tables =
        toc.entries().stream().filter(TableClosure::isTable).filter(e -> fits(e, name)).toList();
    List<DumpEntry> whole = tables.stream().filter(e -> !e.tag().equals(name)).toList();
    List<DumpEntry> found = whole.isEmpty() ? tables : whole;
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "'"
            + name
            + "' means "
            + (found.isEmpty()
                ? "no table of the dump"
                : "more than one table of the dump: "
                    + String.join(", ", found.stream().map(DumpEntry::name).toList())),
        found.isEmpty()
            ? "`holdfast dump list` with the database shows its tables."
            : "Write it with its schema.");
  }

  private static boolean fits(DumpEntry entry, String name) {
    return entry.name().equals(name)
        || entry.tag().equals(name)
        || quoted(entry.tag()).equals(name)
        || (quoted(entry.schema()) + "." + quoted(entry.tag())).equals(name)
        || (entry.schema() + "." + quoted(entry.tag())).equals(name)
        || (quoted(entry.schema()) + "." + entry.tag()).equals(name);
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** {@code "public"."users"} */
  static String quoted(DumpEntry table) {
    return quoted(table.schema()) + "." + quoted(table.tag());
  }
}
