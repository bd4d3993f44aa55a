package io.holdfast.settings.binding;

import io.holdfast.vocabulary.ByteSize;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values there are. */
public final class Types {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhdw])");

  private Types() {}

  /** Any text but the empty one. */
  public static Type<String> text(String word) {
    return text(word, Pattern.compile(".+", Pattern.DOTALL), text -> text);
  }

  /**
   * @param refine the value; throws IllegalArgumentException with the whole message for what the
   *     pattern cannot say
   */
  public static <T> Type<T> text(String word, Pattern pattern, Function<String, T> refine) {
    return new ScalarType<>(
        word,
        false,
        Map.of("type", "string", "pattern", "^(" + pattern.pattern() + ")$"),
        (text, reading) -> {
          require(pattern.matcher(text).matches());
          return refine.apply(text);
        });
  }

  public static Type<Integer> number(int least, int most) {
    return new ScalarType<>(
        "a whole number from " + least + " to " + most,
        true,
        Map.of("type", "integer", "minimum", least, "maximum", most),
        (text, reading) -> {
          require(text.matches("\\d{1,9}"));
          int number = Integer.parseInt(text);
          require(number >= least && number <= most);
          return number;
        });
  }

  public static Type<Boolean> flag() {
    return new ScalarType<>(
        "true or false",
        true,
        Map.of("type", "boolean"),
        (text, reading) -> {
          require(text.equals("true") || text.equals("false"));
          return text.equals("true");
        });
  }

  /** The names of an enum in lower case, '_' as '-'. */
  public static <E extends Enum<E>> Type<E> word(Class<E> choices) {
    List<String> words = List.of(choices.getEnumConstants()).stream().map(Types::wordOf).toList();
    return new ScalarType<>(
        String.join(" or ", words),
        true,
        Map.of("enum", words),
        (text, reading) -> {
          require(words.contains(text));
          return choices.getEnumConstants()[words.indexOf(text)];
        });
  }

  public static String wordOf(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Type<Duration> duration(Duration least, Duration most) {
    return new ScalarType<>(
        "a duration from " + durationText(least) + " to " + durationText(most),
        true,
        Map.of("type", "string", "pattern", "^" + DURATION.pattern() + "$"),
        (text, reading) -> {
          Matcher form = DURATION.matcher(text);
          require(form.matches());
          long count = Long.parseLong(form.group(1));
          Duration value = Duration.ofSeconds(count * secondsIn(form.group(2)));
          require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
          return value;
        });
  }

  /** As it is written in the file, in the largest unit that fits. */
  public static String durationText(Duration duration) {
    long seconds = duration.toSeconds();
    for (String unit : List.of("d", "h", "m")) {
      long size = secondsIn(unit);
      if (seconds >= size && seconds % size == 0) {
        return seconds / size + unit;
      }
    }
    return seconds + "s";
  }

  private static long secondsIn(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3600;
      case "d" -> 86_400;
      case "w" -> 604_800;
      default -> throw new IllegalArgumentException("not a unit of time: " + unit);
    };
  }

  public static Type<ByteSize> size() {
    return new ScalarType<>(
        "a size such as 64MiB",
        true,
        Map.of(
            "type",
            List.of("string", "integer"),
            "minimum",
            0,
            "pattern",
            "^\\d+ ?([kKmMgGtT]i?)?[bB]?$"),
        (text, reading) -> {
          try {
            return ByteSize.parse(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a size: " + e.getMessage(), e);
          }
        });
  }

  /** Relative to the directory of the file that is read. */
  public static Type<Path> path() {
    return new ScalarType<>(
        "a path",
        false,
        Map.of("type", "string", "minLength", 1),
        (text, reading) -> {
          require(!text.isEmpty());
          if (text.startsWith("~")) {
            throw new IllegalArgumentException(
                "expected a path, found one with '~', which is not expanded: write it in full");
          }
          try {
            return reading.directory().resolve(text).normalize();
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected a path: " + e.getReason(), e);
          }
        });
  }

  public static <T> Type<List<T>> listOf(String word, Type<T> element) {
    return new ListType<>(word, element);
  }

  private static void require(boolean held) {
    if (!held) {
      throw new IllegalArgumentException((String) null);
    }
  }
}
