package io.holdfast.settings.binding;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

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
