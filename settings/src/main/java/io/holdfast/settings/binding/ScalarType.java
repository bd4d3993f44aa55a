package io.holdfast.settings.binding;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A single value. Its text counts, however it is quoted.
 *
 * @param word what is expected, for people
 * @param shown whether a wrong value may be shown in a message: not where a secret might stand
 */
record ScalarType<T>(String word, boolean shown, Map<String, Object> schema, Parser<T> parser)
    implements Type<T> {

  interface Parser<T> {
    /**
     * @throws IllegalArgumentException if the text is none; the message completes "expected …", or
     *     is null where the word says it all
     */
    T parse(String text, Reading reading);
  }

  @Override
  public Optional<T> read(Node node, Reading reading) {
    if (!(node instanceof ScalarNode scalar) || Type.isNothing(node)) {
      reading.fault(node, "expected " + word + ", found " + Type.kindOf(node));
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parse(scalar.getValue(), reading));
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      if (message != null) {
        reading.fault(node, message);
      } else {
        reading.fault(
            node, "expected " + word + (shown ? ", found '" + scalar.getValue() + "'" : ""));
      }
      return Optional.empty();
    }
  }
}
