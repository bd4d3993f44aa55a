package io.holdfast.operations.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a PostgreSQL configuration file, changed line by line. Bytes are ISO-8859-1 here, so
 * that whatever encoding the file has is kept.
 */
final class ConfigText {
  // guc-file.l: a name, an optional equals sign, a value, in quotes if it is no plain word.
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*([A-Za-z_][A-Za-z0-9_$.]*)(?:\\s*=\\s*|\\s+)('(?:[^'\\\\]|''|\\\\.)*'|[^#\\s]+)?.*");

  private static final Set<String> INCLUDES = Set.of("include", "include_dir", "include_if_exists");

  private final List<String> lines;

  ConfigText(String text) {
    this.lines = new ArrayList<>(text.lines().toList());
  }

  /** Makes comments of the settings that the test picks; the names of those there were. */
  List<String> commentOut(Predicate<String> names, String why) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Optional<String> name = nameOf(lines.get(i));
      if (name.isPresent() && names.test(name.get())) {
        found.add(name.get());
        lines.set(i, "# " + why + ": " + lines.get(i));
      }
    }
    return found;
  }

  /**
   * What another file is read by.
   *
   * @param ifExists a missing file is no fault
   */
  record Include(String file, boolean ifExists) {}

  /** Whether an include directive stays. */
  interface IncludeTest {
    boolean stays(Include include) throws IOException;
  }

  /** Makes comments of the other include directives; the files that they named. */
  List<String> commentOutIncludes(IncludeTest test, String why) throws IOException {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (line.matches()
          && INCLUDES.contains(line.group(1).toLowerCase(Locale.ROOT))
          && line.group(2) != null) {
        Include include =
            new Include(
                unquoted(line.group(2)), line.group(1).equalsIgnoreCase("include_if_exists"));
        if (!test.stays(include)) {
          found.add(include.file());
          lines.set(i, "# " + why + ": " + lines.get(i));
        }
      }
    }
    return found;
  }

  void append(String line) {
    lines.add(line);
  }

  void append(Map<String, String> settings) {
    settings.forEach((name, value) -> append(name + " = " + quoted(value)));
  }

  private static Optional<String> nameOf(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.matches()
        ? Optional.of(parts.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  /** As a quoted value is written (GUC_scanstr, guc-file.l). */
  static String quoted(String value) {
    return "'"
        + value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\r", "\\r")
        + "'";
  }

  private static String unquoted(String value) {
    return value.startsWith("'")
        ? value.substring(1, value.length() - 1).replace("''", "'").replace("\\\\", "\\")
        : value;
  }

  @Override
  public String toString() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
