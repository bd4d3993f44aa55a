package io.holdfast.settings.document;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes values so that they are read back as they were. */
public final class Yaml {
  /** Safe without quotes: cannot be taken for another type, nor for YAML's own signs. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9/_.-]*");

  private static final List<String> WORDS_OF_YAML = List.of("true", "false", "null");

  private Yaml() {}

  public static String text(String text) {
    if (PLAIN.matcher(text).matches() && !WORDS_OF_YAML.contains(text)) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').appendCodePoint(c);
          } else if (c < ' '
              || (c >= 0x7f && c < 0xa0)
              || c == 0x2028
              || c == 0x2029
              || c == 0xfeff) {
            quoted.append(String.format("\\u%04x", c));
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append('"').toString();
  }

  public static String list(List<String> texts) {
    return texts.stream().map(Yaml::text).collect(Collectors.joining(", ", "[", "]"));
  }

  /** An example as declared: numbers, durations and lists stay as they are. */
  static String value(String example) {
    return example.matches("\\d+[a-z]?|true|false|\\[.*]") ? example : text(example);
  }
}
