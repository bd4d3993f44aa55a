package io.holdfast.settings.binding;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What may stand behind an option's name. */
public interface Type<T> {
  /** The value; empty if there were faults, which {@code reading} now has. */
  Optional<T> read(Node node, Reading reading);

  /** For people: "a duration such as 5s". */
  String word();

  /** As JSON Schema. */
  Map<String, Object> schema();

  /** What was found, without the value itself: it might be a secret in the wrong place. */
  static String kindOf(Node node) {
    return switch (node) {
      case MappingNode mapping -> "a section";
      case SequenceNode sequence -> "a list";
      case ScalarNode scalar when isNothing(scalar) -> "nothing";
      default -> "a single value";
    };
  }

  static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }
}
