package io.holdfast.settings.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A list with at least one element. */
record ListType<T>(String word, Type<T> element) implements Type<List<T>> {
  @Override
  public Optional<List<T>> read(Node node, Reading reading) {
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      String found = node instanceof SequenceNode ? "an empty list" : Type.kindOf(node);
      reading.fault(node, "expected " + word + ", found " + found);
      return Optional.empty();
    }
    List<T> values = new ArrayList<>();
    for (Node each : sequence.getValue()) {
      element.read(each, reading).ifPresent(values::add);
    }
    return values.size() == sequence.getValue().size()
        ? Optional.of(List.copyOf(values))
        : Optional.empty();
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("type", "array", "minItems", 1, "items", element.schema());
  }
}
