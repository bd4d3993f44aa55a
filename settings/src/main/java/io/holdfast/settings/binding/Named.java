package io.holdfast.settings.binding;

import io.holdfast.vocabulary.HoldfastException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping from names that the user chooses to sections that all look the same.
 *
 * @param pattern of the names, for the schema
 * @param name makes the key; throws HoldfastException for what is none
 */
public record Named<K, T>(
    String word, String pattern, Function<String, K> name, Section<Function<K, T>> section)
    implements Type<Map<K, T>> {
  @Override
  public Optional<Map<K, T>> read(Node node, Reading reading) {
    if (Type.isNothing(node)) {
      return Optional.of(Map.of());
    }
    if (!(node instanceof MappingNode mapping)) {
      reading.fault(node, "expected " + word + ", found " + Type.kindOf(node));
      return Optional.empty();
    }
    Map<K, T> all = new LinkedHashMap<>();
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        reading.fault(key, "expected a name, found " + Type.kindOf(key));
      } else if (!Section.isDuplicate(seen, key, scalar.getValue(), reading)) {
        Reading inside = reading.at(scalar.getValue());
        Optional<K> named = nameOf(scalar, reading);
        Optional<Function<K, T>> made = section.read(tuple.getValueNode(), inside);
        if (named.isPresent() && made.isPresent()) {
          all.put(named.get(), made.get().apply(named.get()));
        }
      }
    }
    return all.size() == mapping.getValue().size() ? Optional.of(all) : Optional.empty();
  }

  private Optional<K> nameOf(ScalarNode key, Reading reading) {
    try {
      return Optional.of(name.apply(key.getValue()));
    } catch (HoldfastException e) {
      reading.fault(key, e.getMessage() + e.hint().map(hint -> ". " + hint).orElse(""));
      return Optional.empty();
    }
  }

  @Override
  public Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    schema.put("patternProperties", Map.of("^" + pattern + "$", section.schema()));
    return schema;
  }
}
