package io.holdfast.operations.dump;

import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DatabaseFigures.Extension;
import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.DatabaseFigures.Sequence;
import io.holdfast.postgres.DatabaseFigures.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what was restored with what was counted in the dump's snapshot. */
final class FiguresComparison {
  private final DatabaseFigures dumped;
  private final DatabaseFigures restored;
  private final List<String> differences = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> definitions = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();
  private long tables;
  private long checksums;

  /**
   * @param compared tables whose rows were counted on both sides
   * @param checksums of them, whose content was compared too
   * @param differences empty if it is the same
   * @param notes what may differ without a fault
   * @param definitions sorts of what was compared by its definition
   * @param notCompared what was not, and why
   */
  record Outcome(
      long compared,
      long checksums,
      List<String> differences,
      List<String> notes,
      List<String> definitions,
      List<String> notCompared) {}

  /**
   * What can be the same at all.
   *
   * @param alone whether the database holds nothing else
   * @param sameMajor whether both servers write definitions alike
   * @param roles whether everything has its owner and grants
   */
  record Scope(boolean alone, boolean sameMajor, boolean roles) {}

  /** Sorts that are about roles. */
  private static final Set<String> OF_ROLES = Set.of("owners", "grants", "default privileges");

  private FiguresComparison(DatabaseFigures dumped, DatabaseFigures restored) {
    this.dumped = dumped;
    this.restored = restored;
  }

  static Outcome compare(DatabaseFigures dumped, DatabaseFigures restored, Scope scope) {
    FiguresComparison comparison = new FiguresComparison(dumped, restored);
    comparison.compareTables();
    comparison.compareSequences();
    comparison.compareExtensions();
    if (scope.alone()) {
      comparison.compareLargeObjects();
    }
    if (!scope.alone()) {
      comparison.notCompared.add(
          "definitions and large objects, for an existing database may have others too");
    } else if (!scope.sameMajor()) {
      comparison.notCompared.add(
          "definitions, for servers of different major versions write them differently");
    } else {
      comparison.compareSchema(scope.roles());
    }
    comparison.noteContent();
    return new Outcome(
        comparison.tables,
        comparison.checksums,
        List.copyOf(comparison.differences),
        List.copyOf(comparison.notes),
        List.copyOf(comparison.definitions),
        List.copyOf(comparison.notCompared));
  }

  private void noteContent() {
    if (checksums < tables) {
      notCompared.add(
          "the content of "
              + (tables - checksums)
              + " tables, beyond their number of rows, for the backup has no checksums of them");
    }
    if (dumped.largeObjects() > 0) {
      notCompared.add("the content of large objects");
    }
  }

  private void compareTables() {
    Map<String, Table> found = new HashMap<>();
    restored.tables().forEach(table -> found.put(table.schema() + "\0" + table.name(), table));
    for (Table table : dumped.tables()) {
      Table other = found.get(table.schema() + "\0" + table.name());
      if (other == null) {
        differences.add("table " + table.qualified() + " is missing");
      } else if (table.kind() == Kind.TABLE) {
        compare(table, other);
      }
    }
  }

  private void compare(Table table, Table other) {
    tables++;
    if (table.rows() != other.rows()) {
      differences.add(
          table.qualified() + ": expected " + table.rows() + " rows, found " + other.rows());
      return;
    }
    Optional<String> expected = table.checksum();
    if (expected.isPresent() && other.checksum().isPresent()) {
      checksums++;
      if (!expected.equals(other.checksum())) {
        differences.add(table.qualified() + ": as many rows, but other ones");
      }
    }
  }

  /** The dump read them a moment before or after they were noted. */
  private void compareSequences() {
    Map<String, Sequence> found = new HashMap<>();
    restored.sequences().forEach(each -> found.put(each.schema() + "\0" + each.name(), each));
    for (Sequence sequence : dumped.sequences()) {
      String name = sequence.schema() + "." + sequence.name();
      Sequence other = found.get(sequence.schema() + "\0" + sequence.name());
      if (other == null) {
        differences.add("sequence " + name + " is missing");
      } else if (other.lastValue() != sequence.lastValue()) {
        notes.add(
            "sequence "
                + name
                + " is at "
                + other.lastValue()
                + ", and was at "
                + sequence.lastValue()
                + " when the backup looked: sequences keep no moments");
      }
    }
  }

  private void compareExtensions() {
    Map<String, String> found = new HashMap<>();
    restored.extensions().forEach(each -> found.put(each.name(), each.version()));
    for (Extension extension : dumped.extensions()) {
      String version = found.get(extension.name());
      if (version == null) {
        differences.add("extension " + extension.name() + " is missing");
      } else if (!version.equals(extension.version())) {
        notes.add(
            "extension "
                + extension.name()
                + " has version "
                + version
                + ", and had "
                + extension.version());
      }
    }
  }

  private void compareLargeObjects() {
    if (dumped.largeObjects() != restored.largeObjects()) {
      differences.add(
          "expected " + dumped.largeObjects() + " large objects, found " + restored.largeObjects());
    }
  }

  private void compareSchema(boolean roles) {
    dumped
        .schema()
        .forEach((sort, sum) -> {
          String other = restored.schema().get(sort);
          if (OF_ROLES.contains(sort) && !roles) {
            notCompared.add(sort + ", for the restore was to leave out owners or grants");
          } else if (other != null) {
            definitions.add(sort);
            if (!other.equals(sum)) {
              differences.add("definitions of " + sort + " differ: " + which(sort, sum, other));
            }
          }
        });
  }

  /** Names them if they were kept. */
  private String which(String sort, String expected, String found) {
    Map<String, String> then = dumped.objects().get(sort);
    Map<String, String> now = restored.objects().get(sort);
    if (then == null || now == null) {
      return "expected " + expected + ", found " + found;
    }
    List<String> named = new ArrayList<>();
    then.forEach((name, sum) -> {
      String other = now.get(name);
      if (other == null) {
        named.add(name + " is missing");
      } else if (!other.equals(sum)) {
        named.add(name + " is another");
      }
    });
    now.keySet().stream()
        .filter(name -> !then.containsKey(name))
        .forEach(name -> named.add(name + " was not there"));
    return Lacking.some(named);
  }
}
