package io.holdfast.settings.binding;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The values of one section, by option. */
public final class Values {
  private final Node section;
  private final Reading reading;
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, Object> values = new HashMap<>();

  Values(Node section, Reading reading) {
    this.section = section;
    this.reading = reading;
  }

  /** Of an option that is required or has a default. */
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(() -> new IllegalStateException(option.name() + " has no value"));
  }

  @SuppressWarnings("unchecked") // put by the option's own type, see read
  public <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable((T) values.get(option.name()));
  }

  /** Written in the file, be it rightly or wrongly. */
  public boolean isGiven(Option<?> option) {
    return nodes.containsKey(option.name());
  }

  /** About the section as a whole. */
  public void fault(String message) {
    reading.fault(section, message);
  }

  public void fault(Option<?> option, String message) {
    reading.at(option.name()).fault(nodes.getOrDefault(option.name(), section), message);
  }

  /** About one text of a list. */
  public void fault(Option<?> option, String element, String message) {
    Node list = nodes.getOrDefault(option.name(), section);
    Node at =
        list instanceof SequenceNode sequence
            ? sequence.getValue().stream()
                .filter(
                    each -> each instanceof ScalarNode scalar && scalar.getValue().equals(element))
                .findFirst()
                .orElse(list)
            : list;
    reading.at(option.name()).fault(at, message);
  }

  /**
   * The names in another section, one at the margin of the file, as they are written, be what they
   * name right or wrong; empty if that is no section, which is a fault of its own.
   */
  public Optional<Set<String>> declared(String sectionAtMargin) {
    return reading.declared(sectionAtMargin);
  }

  /** Why those words are no command of Holdfast. */
  public Optional<String> misuse(List<String> words) {
    return reading.misuse(words);
  }

  <T> void read(Option<T> option, Node node) {
    nodes.put(option.name(), node);
    readSilently(option, node);
  }

  <T> void readSilently(Option<T> option, Node node) {
    option
        .type()
        .read(node, reading.at(option.name()))
        .ifPresent(value -> values.put(option.name(), value));
  }
}
