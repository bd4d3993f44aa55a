package io.holdfast.settings.binding;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping whose keys are known.
 *
 * @param choice exactly one of the options is to be given
 * @param check what else concerns more than one option; says faults to the values
 * @param make called without faults only
 */
public record Section<T>(
    String meaning,
    List<Option<?>> options,
    boolean choice,
    Consumer<Values> check,
    Function<Values, T> make)
    implements Type<T> {
  public Section {
    options = List.copyOf(options);
  }

  public static <T> Section<T> of(
      String meaning, List<Option<?>> options, Function<Values, T> make) {
    return checked(meaning, options, values -> {}, make);
  }

  public static <T> Section<T> checked(
      String meaning, List<Option<?>> options, Consumer<Values> check, Function<Values, T> make) {
    return new Section<>(meaning, options, false, check, make);
  }

  /** Exactly one of the options. */
  public static <T> Section<T> choiceOf(
      String meaning, List<Option<?>> options, Function<Values, T> make) {
    return new Section<>(meaning, options, true, values -> {}, make);
  }

  @Override
  public Optional<T> read(Node node, Reading reading) {
    int before = reading.count();
    Values values = new Values(node, reading);
    if (node instanceof MappingNode mapping) {
      readGiven(mapping, values, reading);
    } else if (!Type.isNothing(node)) {
      reading.fault(node, "expected a section, found " + Type.kindOf(node));
      return Optional.empty();
    }
    readMissing(values);
    if (choice) {
      checkChoice(values);
    }
    check.accept(values);
    return reading.count() == before ? Optional.of(make.apply(values)) : Optional.empty();
  }

  private void readGiven(MappingNode mapping, Values values, Reading reading) {
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        reading.fault(key, "expected the name of an option, found " + Type.kindOf(key));
        continue;
      }
      String name = scalar.getValue();
      if (isDuplicate(seen, key, name, reading)) {
        continue;
      }
      Optional<Option<?>> option =
          options.stream().filter(known -> known.name().equals(name)).findFirst();
      if (option.isPresent()) {
        values.read(option.get(), tuple.getValueNode());
      } else {
        reading.at(name).fault(key, "unknown option" + suggestion(name));
      }
    }
  }

  private void readMissing(Values values) {
    for (Option<?> option : options) {
      if (!values.isGiven(option)) {
        if (option.isRequired()) {
          values.fault("expected '" + option.name() + "', found none");
        }
        option.defaultText().ifPresent(text -> values.readSilently(option, YamlFile.node(text)));
      }
    }
  }

  private void checkChoice(Values values) {
    List<String> given = options.stream().filter(values::isGiven).map(Option::name).toList();
    if (given.size() != 1) {
      values.fault(
          "expected exactly one of "
              + options.stream().map(Option::name).collect(Collectors.joining(", "))
              + "; found "
              + (given.isEmpty() ? "none" : String.join(", ", given)));
    }
  }

  /** Says so if it is, and where the first one is. */
  static boolean isDuplicate(Map<String, Node> seen, Node key, String name, Reading reading) {
    Node first = seen.putIfAbsent(name, key);
    if (first == null) {
      return false;
    }
    int line = first.getStartMark().map(mark -> mark.getLine()).orElse(0) + 1;
    reading.at(name).fault(key, "given twice, first in line " + line);
    return true;
  }

  private String suggestion(String name) {
    List<String> known = options.stream().map(Option::name).toList();
    return NearestName.among(known, name)
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("; known here: " + String.join(", ", known));
  }

  @Override
  public String word() {
    return "a section";
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Option<?> option : options) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("description", option.meaning());
      property.putAll(option.type().schema());
      if (!(option.type() instanceof Section)) {
        option.defaultText().ifPresent(text -> property.put("default", jsonOf(text)));
      }
      properties.put(option.name(), property);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    schema.put("properties", properties);
    List<String> required = options.stream().filter(Option::isRequired).map(Option::name).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (choice) {
      schema.put("minProperties", 1);
      schema.put("maxProperties", 1);
    } else if (required.isEmpty()) {
      schema.put("type", List.of("object", "null"));
    }
    return schema;
  }

  private static Object jsonOf(String yaml) {
    return yaml.matches("\\d{1,9}") ? (Object) Integer.valueOf(yaml) : yaml;
  }
}
