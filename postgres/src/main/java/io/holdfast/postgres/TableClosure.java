package io.holdfast.postgres;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What in a dump belongs to tables: their data, owned sequences, defaults, indexes, constraints,
 * triggers, rules, policies, grants, comments, statistics, and their partitions with all of that.
 * What publishes a table does not belong to it.
 *
 * @param members in the order of the dump
 * @param referencesOut those of the members that are foreign keys to other tables
 * @param referencesIn foreign keys of other tables to these
 * @param needed what is no member and what members cannot be without: schemas, types, functions,
 *     extensions; in the order of the dump
 * @param dependents what else is made of these tables: views, functions, tables that inherit
 */
public record TableClosure(
    List<DumpEntry> members,
    List<DumpEntry> referencesOut,
    List<DumpEntry> referencesIn,
    List<DumpEntry> needed,
    List<DumpEntry> dependents) {
  /** Kinds that are about the one entry that they depend on. */
  private static final Set<String> PROPERTIES =
      Set.of(
          "SEQUENCE",
          "SEQUENCE OWNED BY",
          "SEQUENCE SET",
          "INDEX",
          "STATISTICS",
          "STATISTICS DATA",
          "COMMENT",
          "ACL",
          "SECURITY LABEL");

  /** Kinds whose tag begins with the name of the table they are of. */
  private static final Set<String> TAGGED =
      Set.of(
          "TABLE DATA",
          "MATERIALIZED VIEW DATA",
          "DEFAULT",
          "CONSTRAINT",
          "CHECK CONSTRAINT",
          "FK CONSTRAINT",
          "TRIGGER",
          "RULE",
          "POLICY",
          "ROW SECURITY");

  private static final Set<String> TABLES =
      Set.of("TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW");

  private static final Set<String> ABOUT_THE_ARCHIVE =
      Set.of("ENCODING", "STDSTRINGS", "SEARCHPATH");

  public TableClosure {
    members = List.copyOf(members);
    referencesOut = List.copyOf(referencesOut);
    referencesIn = List.copyOf(referencesIn);
    needed = List.copyOf(needed);
    dependents = List.copyOf(dependents);
  }

  /** Whether an entry is a table, or what can be asked for like one. */
  public static boolean isTable(DumpEntry entry) {
    return TABLES.contains(entry.kind());
  }

  /** Whether it says how the archive is to be read, and so belongs to every part of it. */
  public static boolean isAboutTheArchive(DumpEntry entry) {
    return ABOUT_THE_ARCHIVE.contains(entry.kind());
  }

  /**
   * @param chosen entries that are tables
   */
  public static TableClosure of(DumpToc toc, List<DumpEntry> chosen) {
    return new Search(toc, chosen).run();
  }

  private static final class Search {
    private final DumpToc toc;
    private final Map<Integer, DumpEntry> byId = new HashMap<>();
    private final Map<Integer, DumpEntry> members = new HashMap<>();

    Search(DumpToc toc, List<DumpEntry> chosen) {
      this.toc = toc;
      toc.entries().forEach(entry -> byId.put(entry.dumpId(), entry));
      chosen.forEach(entry -> members.put(entry.dumpId(), entry));
    }

    TableClosure run() {
      int before = 0;
      while (members.size() != before) {
        before = members.size();
        for (DumpEntry entry : toc.entries()) {
          if (!members.containsKey(entry.dumpId())) {
            visit(entry);
          }
        }
      }
      List<DumpEntry> found = toc.entries().stream().filter(this::isMember).toList();
      Set<Integer> needs = needs(found);
      return new TableClosure(
          found,
          found.stream().filter(this::refersOut).toList(),
          others(entry -> entry.kind().equals("FK CONSTRAINT") && dependsOnMember(entry)),
          others(entry -> needs.contains(entry.dumpId())),
          others(entry -> (isTable(entry) || isCode(entry)) && dependsOnTable(entry)));
    }

    private void visit(DumpEntry entry) {
      boolean belongs =
          switch (entry.kind()) {
            case "TABLE ATTACH" -> attach(entry);
            case "INDEX ATTACH" -> members.keySet().containsAll(indexes(entry));
            default ->
                (PROPERTIES.contains(entry.kind()) && isOfMember(entry))
                    || (TAGGED.contains(entry.kind()) && isTaggedWithMember(entry));
          };
      if (belongs) {
        members.put(entry.dumpId(), entry);
      }
    }

    /** A partition comes with its parent, and not the other way round. */
    private boolean attach(DumpEntry entry) {
      List<DumpEntry> tables =
          entry.dependencies().stream()
              .map(byId::get)
              .filter(t -> t != null && isTable(t))
              .toList();
      boolean ofParent = tables.stream().anyMatch(t -> isMember(t) && !isPartition(t, entry));
      if (ofParent) {
        tables.forEach(table -> members.put(table.dumpId(), table));
      }
      return ofParent;
    }

    /** The entry carries the name of the partition. */
    private static boolean isPartition(DumpEntry table, DumpEntry attach) {
      return table.tag().equals(attach.tag()) && table.schema().equals(attach.schema());
    }

    /** An attached index depends on both indexes, or the constraints that made them. */
    private Set<Integer> indexes(DumpEntry entry) {
      Set<Integer> found = new HashSet<>(entry.dependencies());
      found.removeIf(id -> byId.get(id) == null);
      return found;
    }

    /** About a member: what else it depends on are functions and types, and for indexes parents. */
    private boolean isOfMember(DumpEntry entry) {
      for (int id : entry.dependencies()) {
        DumpEntry on = members.get(id);
        if (on != null && !on.kind().equals("ACL")) {
          return true;
        }
      }
      return false;
    }

    private boolean isTaggedWithMember(DumpEntry entry) {
      for (int id : entry.dependencies()) {
        DumpEntry table = members.get(id);
        if (table != null
            && isTable(table)
            && table.schema().equals(entry.schema())
            && (entry.tag().equals(table.tag()) || entry.tag().startsWith(table.tag() + " "))) {
          return true;
        }
      }
      return false;
    }

    private boolean isMember(DumpEntry entry) {
      return members.containsKey(entry.dumpId());
    }

    /** What they refer to are tables, or the keys of tables. */
    private boolean refersOut(DumpEntry entry) {
      return entry.kind().equals("FK CONSTRAINT")
          && entry.dependencies().stream()
              .map(byId::get)
              .anyMatch(on -> on != null && isTable(on) && !isMember(on));
    }

    private boolean dependsOnMember(DumpEntry entry) {
      return entry.dependencies().stream().anyMatch(members::containsKey);
    }

    private boolean dependsOnTable(DumpEntry entry) {
      return entry.dependencies().stream()
          .anyMatch(id -> members.containsKey(id) && isTable(members.get(id)));
    }

    /** A function written in SQL's own form, or one that takes a row of a table. */
    private static boolean isCode(DumpEntry entry) {
      return entry.kind().equals("FUNCTION") || entry.kind().equals("PROCEDURE");
    }

    private List<DumpEntry> others(java.util.function.Predicate<DumpEntry> wanted) {
      return toc.entries().stream().filter(e -> !isMember(e) && wanted.test(e)).toList();
    }

    /** Foreign keys are left aside: what they refer to is asked for by itself. */
    private Set<Integer> needs(List<DumpEntry> found) {
      Set<Integer> needs = new HashSet<>();
      List<DumpEntry> open = new ArrayList<>();
      found.stream().filter(e -> !refersOut(e)).forEach(open::add);
      while (!open.isEmpty()) {
        DumpEntry entry = open.removeLast();
        for (int id : entry.dependencies()) {
          DumpEntry on = byId.get(id);
          if (on != null && !isMember(on) && needs.add(id)) {
            open.add(on);
          }
        }
      }
      // A schema is found by name: not all that lies in one depends on it.
      Set<String> schemas = new HashSet<>();
      found.forEach(entry -> schemas.add(entry.schema()));
      needs.forEach(id -> schemas.add(byId.getOrDefault(id, found.getFirst()).schema()));
      toc.entries().stream()
          .filter(entry -> entry.kind().equals("SCHEMA") && schemas.contains(entry.tag()))
          .forEach(entry -> needs.add(entry.dumpId()));
      return needs;
    }
  }
}
