package io.holdfast.settings.binding;

import io.holdfast.settings.RunCheck;
import io.holdfast.settings.SettingsFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** One reading of a file: where in it we are, and the faults found so far. */
public final class Reading {
  private final Path directory;
  private final String option;
  private final List<SettingsFault> faults;

  private final Node root;
  private final RunCheck commands;

  private Reading(
      Path directory, Node root, RunCheck commands, String option, List<SettingsFault> faults) {
    this.directory = directory;
    this.root = root;
    this.commands = commands;
    this.option = option;
    this.faults = faults;
  }

  /**
   * @param directory against which relative paths are resolved
   * @param root the whole file
   */
  static Reading of(Path directory, Node root, RunCheck commands) {
    return new Reading(directory, root, commands, "", new ArrayList<>());
  }

  /** The same reading, one level down. */
  Reading at(String name) {
    return new Reading(
        directory, root, commands, option.isEmpty() ? name : option + "." + name, faults);
  }

  /**
   * The names in a section at the margin, as they are written, be what they name right or wrong;
   * empty if that is no section, which is a fault of its own.
   */
  Optional<Set<String>> declared(String section) {
    if (!(root instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node value = tuple.getValueNode();
      if (!section.equals(text(tuple.getKeyNode())) || Type.isNothing(value)) {
        continue;
      }
      if (!(value instanceof MappingNode below)) {
        return Optional.empty();
      }
      below.getValue().forEach(each -> names.add(text(each.getKeyNode())));
    }
    return Optional.of(names);
  }

  private static String text(Node key) {
    return key instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /** Why those words are no command of Holdfast. */
  Optional<String> misuse(List<String> words) {
    return commands.misuse(words);
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
