package io.holdfast.settings.binding;

import io.holdfast.settings.SettingsFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** One reading of a file: where in it we are, and the faults found so far. */
public final class Reading {
  private final Path directory;
  private final String option;
  private final List<SettingsFault> faults;

  private Reading(Path directory, String option, List<SettingsFault> faults) {
    this.directory = directory;
    this.option = option;
    this.faults = faults;
  }

  /**
   * @param directory against which relative paths are resolved
   */
  static Reading of(Path directory) {
    return new Reading(directory, "", new ArrayList<>());
  }

  /** The same reading, one level down. */
  Reading at(String name) {
    return new Reading(directory, option.isEmpty() ? name : option + "." + name, faults);
  }

  Path directory() {
    return directory;
  }

  void fault(Node node, String message) {
    faults.add(
        new SettingsFault(
            node.getStartMark().map(Mark::getLine).orElse(0) + 1,
            node.getStartMark().map(Mark::getColumn).orElse(0) + 1,
            option,
            message));
  }

  int count() {
    return faults.size();
  }

  List<SettingsFault> faults() {
    return faults.stream()
        .sorted(
            Comparator.comparingInt(SettingsFault::line).thenComparingInt(SettingsFault::column))
        .toList();
  }
}
