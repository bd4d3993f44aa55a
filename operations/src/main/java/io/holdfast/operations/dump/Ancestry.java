package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.SqlToken;
import io.holdfast.postgres.TableClosure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tables of a closure inherit from and is not in it. A copy that hung on the parents of the
 * database would show its rows to every query of those, so these are made beside the copy from the
 * dump, for the columns and checks that they give to it, and are removed before any row comes.
 *
 * @param tables that are made and removed again
 * @param links of children to parents, all of which are cut
 */
record Ancestry(List<DumpEntry> tables, List<Link> links) {
  /**
   * @param parent as SQL has it
   * @param copied whether it is in the copy's schema; else it is an extension's, and the database's
   */
  record Link(DumpEntry child, String parent, String name, boolean copied) {}

  Ancestry {
    tables = List.copyOf(tables);
    links = List.copyOf(links);
  }

  static Ancestry of(StoredDump dump, TableClosure closure) {
    Map<Integer, String> texts = texts(dump, closure);
    Map<String, DumpEntry> known = new HashMap<>();
    Stream.concat(closure.needed().stream(), closure.members().stream())
        .filter(Ancestry::isTable)
        .forEach(table -> known.put(TableNames.quoted(table), table));
    Set<DumpEntry> ancestors = new LinkedHashSet<>();
    List<Link> links = new ArrayList<>();
    List<DumpEntry> open = new ArrayList<>(closure.members());
    while (!open.isEmpty()) {
      DumpEntry child = open.removeLast();
      for (String name : inherited(texts.getOrDefault(child.dumpId(), ""))) {
        DumpEntry parent = known.get(name);
        links.add(link(child, name, parent));
        if (parent != null && !closure.members().contains(parent) && ancestors.add(parent)) {
          open.add(parent);
        }
      }
    }
    return new Ancestry(List.copyOf(ancestors), links);
  }

  private static Link link(DumpEntry child, String name, @Nullable DumpEntry parent) {
    return parent == null
        ? new Link(child, name, name, false)
        : new Link(child, SqlToken.quoted(parent.tag()), parent.name(), true);
  }

  private static Map<Integer, String> texts(StoredDump dump, TableClosure closure) {
    Set<Integer> read = new HashSet<>();
    Stream.concat(closure.needed().stream(), closure.members().stream())
        .filter(Ancestry::isTable)
        .forEach(table -> read.add(table.dumpId()));
    Map<Integer, String> texts = new HashMap<>();
    dump.toc(entry -> read.contains(entry.dumpId()))
        .entries()
        .forEach(entry -> texts.put(entry.dumpId(), entry.definition()));
    return texts;
  }

  private static boolean isTable(DumpEntry entry) {
    return entry.kind().equals("TABLE") || entry.kind().equals("FOREIGN TABLE");
  }

  /** The names in {@code INHERITS (…)}, which stands behind the columns. */
  static List<String> inherited(String definition) {
    List<SqlToken> words = SqlToken.of(definition);
    List<String> names = new ArrayList<>();
    int depth = 0;
    boolean inside = false;
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).isSymbol('(')) {
        inside = depth == 0 && i > 0 && isClause(words, i - 1);
        depth++;
      } else if (words.get(i).isSymbol(')')) {
        depth--;
      } else if (inside && depth == 1 && words.get(i).isSymbol('.')) {
        names.add(
            TableNames.quoted(words.get(i - 1).name())
                + "."
                + TableNames.quoted(words.get(i + 1).name()));
      }
    }
    return names;
  }

  /** The word itself, and no table that is called so. */
  private static boolean isClause(List<SqlToken> words, int i) {
    return words.get(i).is("INHERITS") && i > 0 && !words.get(i - 1).isSymbol('.');
  }

  /** What makes the copy stand alone, in its schema. */
  List<String> cutting(String schema) {
    String in = SqlToken.quoted(schema) + ".";
    List<String> statements = new ArrayList<>();
    for (Link link : links) {
      statements.add(
          "ALTER TABLE "
              + in
              + SqlToken.quoted(link.child().tag())
              + " NO INHERIT "
              + (link.copied() ? in : "")
              + link.parent());
    }
    for (DumpEntry table : tables) {
      statements.add("DROP " + table.kind() + " " + in + SqlToken.quoted(table.tag()));
    }
    return statements;
  }

  /** From which tables the copy would inherit, for people. */
  List<String> parentsOf(DumpEntry table) {
    return links.stream()
        .filter(link -> link.child().dumpId() == table.dumpId())
        .map(Link::name)
        .toList();
  }
}
