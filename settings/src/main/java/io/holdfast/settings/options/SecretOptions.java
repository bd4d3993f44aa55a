package io.holdfast.settings.options;

import io.holdfast.settings.SecretReference;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The three ways to refer to one secret. */
record SecretOptions(Option<Path> file, Option<String> variable, Option<List<String>> command) {
  /**
   * @param name of the options, before "-file", "-env" and "-command"
   * @param meaning "secret part of the access key"
   * @param again when a command is run once more
   */
  static SecretOptions to(String name, String meaning, String example, String again) {
    return new SecretOptions(
        Option.optional(
            name + "-file",
            Types.path(),
            "",
            "/etc/holdfast/" + example,
            "File with the "
                + meaning
                + ". Must be readable by its owner only, or belong to root and be readable by its"
                + " group."),
        Option.optional(
            name + "-env",
            Types.text(
                "the name of an environment variable",
                Pattern.compile("[A-Za-z_][A-Za-z0-9_]*"),
                text -> text),
            "",
            "HOLDFAST_" + example.toUpperCase(Locale.ROOT).replace('-', '_'),
            "Environment variable that holds the " + meaning + "."),
        Option.optional(
            name + "-command",
            Types.listOf("a list of a program and its arguments", Types.text("a text")),
            "",
            "[pass, show, " + example + "]",
            "Program that prints the "
                + meaning
                + ", and its arguments. It is run without a shell, and again "
                + again
                + "."));
  }

  List<Option<?>> options() {
    return List.of(file, variable, command);
  }

  List<String> names() {
    return options().stream().map(Option::name).toList();
  }

  /** The names of those that the file has. */
  List<String> given(Values values) {
    return options().stream().filter(values::isGiven).<String>map(Option::name).toList();
  }

  Optional<SecretReference> find(Values values) {
    Optional<SecretReference> inFile = values.find(file).map(SecretReference.InFile::new);
    return inFile
        .or(() -> values.find(variable).map(SecretReference.InEnvironment::new))
        .or(() -> values.find(command).map(SecretReference.FromCommand::new));
  }

  /** Of a secret that has to be there. */
  SecretReference get(Values values) {
    return find(values).orElseThrow();
  }

  void checkOne(Values values) {
    if (given(values).size() != 1) {
      values.fault("expected exactly one of " + found(values));
    }
  }

  void checkAtMostOne(Values values) {
    if (given(values).size() > 1) {
      values.fault("expected at most one of " + found(values));
    }
  }

  private String found(Values values) {
    List<String> given = given(values);
    return String.join(", ", names())
        + "; found "
        + (given.isEmpty() ? "none" : String.join(", ", given));
  }
}
