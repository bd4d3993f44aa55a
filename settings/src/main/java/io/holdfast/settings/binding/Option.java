package io.holdfast.settings.binding;

import java.util.Optional;

/**
 * One option, declared once.
 *
 * @param meaning sentences for the reference page, the schema and the template
 * @param example as written in the file
 */
public record Option<T>(
    String name, Type<T> type, Presence presence, String meaning, String example) {

  /** Whether an option has to be there. */
  public sealed interface Presence {
    record Required() implements Presence {}

    /** As it would be written in the file. */
    record Default(String text) implements Presence {}

    /**
     * @param otherwise what happens without it, for people
     */
    record Optional(String otherwise) implements Presence {}
  }

  public static <T> Option<T> required(String name, Type<T> type, String example, String meaning) {
    return new Option<>(name, type, new Presence.Required(), meaning, example);
  }

  public static <T> Option<T> optional(
      String name, Type<T> type, String otherwise, String example, String meaning) {
    return new Option<>(name, type, new Presence.Optional(otherwise), meaning, example);
  }

  public static <T> Option<T> withDefault(String name, Type<T> type, String text, String meaning) {
    return new Option<>(name, type, new Presence.Default(text), meaning, text);
  }

  /** A section, all of whose options have defaults. */
  public static <T> Option<T> section(String name, Section<T> section) {
    return new Option<>(name, section, new Presence.Default("{}"), section.meaning(), "{}");
  }

  boolean isRequired() {
    return presence instanceof Presence.Required;
  }

  Optional<String> defaultText() {
    return presence instanceof Presence.Default given
        ? Optional.of(given.text())
        : Optional.empty();
  }
}
