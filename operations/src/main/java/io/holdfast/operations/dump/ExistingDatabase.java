package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.SqlToken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What of a dump clashes with what a database has already: that stays as it is. */
final class ExistingDatabase {
  private static final int TOGETHER = 10_000;

  private final DumpTarget database;

  ExistingDatabase(DumpTarget database) {
    this.database = database;
  }

  /**
   * @param entries with the texts of {@link DumpPremises#isRead}
   * @return in words, tables first
   */
  List<String> clashes(List<DumpEntry> entries) {
    DatabaseObjects objects = DatabaseObjects.of(database);
    Map<String, String> extensions = extensions();
    List<String> clashing = new ArrayList<>();
    for (DumpEntry entry : entries) {
      if (entry.kind().equals("EXTENSION")) {
        String there = extensions.getOrDefault(entry.tag(), "");
        if (!there.isEmpty() && !schemaOf(entry).equals(there)) {
          clashing.add("extension " + entry.tag() + " in schema " + there);
        }
      } else if (isMade(entry) && objects.has(entry)) {
        clashing.add(entry.kind().toLowerCase(Locale.ROOT) + " " + entry.name());
      }
    }
    clashing.sort(Comparator.comparing(words -> !words.startsWith("table ")));
    clashing.addAll(largeObjects(entries));
    return clashing;
  }

  /** The schema that every database has is in a dump for its owner and grants. */
  private static boolean isMade(DumpEntry entry) {
    return !entry.kind().equals("SCHEMA") || entry.definition().contains("CREATE SCHEMA");
  }

  /** One that is there already is taken as it is, if it is where it is looked for. */
  private Map<String, String> extensions() {
    Map<String, String> found = new HashMap<>();
    database
        .rows(
            "list the extensions",
            "SELECT extname, nspname FROM pg_extension e JOIN pg_namespace n ON n.oid ="
                + " e.extnamespace")
        .forEach(row -> found.put(row.get(0), row.get(1)));
    return found;
  }

  /** {@code CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;} */
  private static String schemaOf(DumpEntry extension) {
    List<SqlToken> words = SqlToken.of(extension.definition());
    for (int i = 0; i < words.size() - 1; i++) {
      if (words.get(i).is("SCHEMA") && words.get(i + 1).isName()) {
        return words.get(i + 1).name();
      }
    }
    return "";
  }

  private List<String> largeObjects(List<DumpEntry> entries) {
    List<String> wanted = new ArrayList<>();
    for (DumpEntry entry : entries) {
      switch (entry.kind()) {
        case "BLOB" -> wanted.add(entry.tag());
        case "BLOB METADATA" ->
            entry.definition().lines().filter(line -> line.matches("[0-9]+")).forEach(wanted::add);
        default -> {
          // no large object
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (int from = 0; from < wanted.size(); from += TOGETHER) {
      List<String> some = wanted.subList(from, Math.min(wanted.size(), from + TOGETHER));
      database
          .rows(
              "look for large objects",
              "SELECT oid::text FROM pg_largeobject_metadata WHERE oid = ANY (CAST(? AS oid[]))"
                  + " ORDER BY oid",
              "{" + String.join(",", some) + "}")
          .forEach(row -> found.add("large object " + row.getFirst()));
    }
    return found;
  }
}
