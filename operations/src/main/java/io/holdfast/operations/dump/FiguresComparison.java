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

/** Compares what was restored with what was counted in the dump's snapshot. */
final class FiguresComparison {
  private final DatabaseFigures dumped;
  private final DatabaseFigures restored;
  private final List<String> differences = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long tables;
  private long checksums;

  /**
   * @param compared tables whose rows were counted on both sides
   * @param checksums of them, whose content was compared too
   * @param definitions whether they were compared
   * @param differences empty if it is the same
   * @param notes what may differ without a fault
   */
  record Outcome(
      long compared,
      long checksums,
      boolean definitions,
      List<String> differences,
      List<String> notes) {}

  private FiguresComparison(DatabaseFigures dumped, DatabaseFigures restored) {
    this.dumped = dumped;
    this.restored = restored;
  }

  /**
   * @param alone whether the database holds nothing else
   * @param sameMajor whether both servers write definitions alike
   */
  static Outcome compare(
      DatabaseFigures dumped, DatabaseFigures restored, boolean alone, boolean sameMajor) {
    FiguresComparison comparison = new FiguresComparison(dumped, restored);
    comparison.compareTables();
    comparison.compareSequences();
    comparison.compareExtensions();
    if (alone) {
      comparison.compareLargeObjects();
    }
    if (alone && sameMajor) {
      comparison.compareSchema();
    }
    return new Outcome(
        comparison.tables,
        comparison.checksums,
        alone && sameMajor,
        List.copyOf(comparison.differences),
        List.copyOf(comparison.notes));
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

  private void compareSchema() {
    dumped
        .schema()
        .forEach((sort, sum) -> {
          String other = restored.schema().get(sort);
          if (other != null && !other.equals(sum)) {
            differences.add("definitions of " + sort + " differ: " + which(sort, sum, other));
          }
        });
  }

  /** Names them if they were kept. */
  private String which(String sort, String expected, String found) {
    Map<String, String> then = dumped.objects().getOrDefault(sort, Map.of());
    Map<String, String> now = restored.objects().getOrDefault(sort, Map.of());
    if (then.isEmpty() && now.isEmpty()) {
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
