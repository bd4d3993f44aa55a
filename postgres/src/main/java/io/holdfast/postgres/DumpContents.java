package io.holdfast.postgres;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many things of each sort a dump has, or must have at least: {@code indexes}, {@code foreign
 * keys}, {@code grants on tables}. A sort that is not named was not counted.
 */
public record DumpContents(Map<String, Long> counts) {
  private static final List<String> TABLES =
      List.of("TABLE ", "VIEW ", "MATERIALIZED VIEW ", "FOREIGN TABLE ");

  public DumpContents {
    counts = Map.copyOf(counts);
  }

  /**
   * The sort of an entry; empty for what is not counted. What belongs to the system is not: of that
   * a dump has changed grants alone.
   */
  public static Optional<String> sort(DumpEntry entry) {
    if (entry.schema().startsWith("pg_") || entry.schema().equals("information_schema")) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        switch (entry.kind()) {
          case "TABLE" -> "tables";
          case "FOREIGN TABLE" -> "foreign tables";
          case "VIEW" -> "views";
          case "MATERIALIZED VIEW" -> "materialized views";
          case "SEQUENCE" -> "sequences";
          case "SEQUENCE SET" -> "values of sequences";
          case "INDEX" -> "indexes";
          case "CONSTRAINT" -> "keys";
          case "FK CONSTRAINT" -> "foreign keys";
          case "TRIGGER" -> "triggers";
          case "RULE" -> "rules";
          case "POLICY" -> "policies";
          case "FUNCTION", "PROCEDURE", "AGGREGATE" -> "functions";
          case "TYPE", "DOMAIN" -> "types";
          case "SCHEMA" -> "schemas";
          case "EXTENSION" -> "extensions";
          case "STATISTICS" -> "statistics";
          case "EVENT TRIGGER" -> "event triggers";
          case "PUBLICATION" -> "publications";
          case "SUBSCRIPTION" -> "subscriptions";
          case "ACL" -> about("grants on ", entry.tag());
          case "COMMENT" -> about("comments on ", entry.tag());
          default -> null;
        });
  }

  /** Tags of properties begin with the kind of what they are of. */
  private static @Nullable String about(String what, String tag) {
    for (String kind : TABLES) {
      if (tag.startsWith(kind)) {
        return what + "tables";
      }
    }
    return switch (tag.substring(0, Math.max(0, tag.indexOf(' ')))) {
      case "SEQUENCE" -> what + "sequences";
      case "COLUMN" -> what + "columns";
      case "FUNCTION", "PROCEDURE" -> what + "functions";
      case "SCHEMA" -> what + "schemas";
      default -> null;
    };
  }

  /** What a dump lacks of these: for each sort in words. */
  public List<String> lackingIn(DumpContents dump) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .filter(each -> dump.counts().getOrDefault(each.getKey(), 0L) < each.getValue())
            .map(each ->
                each.getKey()
                    + ": expected "
                    + each.getValue()
                    + ", found "
                    + dump.counts().getOrDefault(each.getKey(), 0L))
            .toList();
  }

  /** The same with more of one sort. */
  public DumpContents with(String sort, long count) {
    Map<String, Long> all = new HashMap<>(counts);
    all.merge(sort, count, Long::sum);
    return new DumpContents(all);
  }
}
