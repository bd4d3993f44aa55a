package io.holdfast.settings.options;

import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SecretReference;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code repository.s3.credentials}. */
final class S3CredentialOptions {
  static final String MEANING =
      "An access key of its own: one of the access-key-… and one of the secret-key-… options. Neither"
          + " part stands in this file. Without this section the key is looked for where AWS tools"
          + " look, and renewed when it expires.";

  /** The three ways to refer to one secret. */
  private record Ways(
      String name, Option<Path> file, Option<String> variable, Option<List<String>> command) {
    static Ways to(String name, String meaning, String example) {
      return new Ways(
          name,
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
              "HOLDFAST_" + example.toUpperCase(java.util.Locale.ROOT).replace('-', '_'),
              "Environment variable that holds the " + meaning + "."),
          Option.optional(
              name + "-command",
              Types.listOf("a list of a program and its arguments", Types.text("a text")),
              "",
              "[pass, show, " + example + "]",
              "Program that prints the "
                  + meaning
                  + ", and its arguments. It is run without a shell, and again when the store"
                  + " refuses the key."));
    }

    List<Option<?>> options() {
      return List.of(file, variable, command);
    }

    void check(Values values) {
      List<String> given =
          options().stream().filter(values::isGiven).map(option -> option.name()).toList();
      if (given.size() != 1) {
        values.fault(
            "expected exactly one of "
                + String.join(", ", options().stream().map(option -> option.name()).toList())
                + "; found "
                + (given.isEmpty() ? "none" : String.join(", ", given)));
      }
    }

    SecretReference chosen(Values values) {
      Optional<SecretReference> inFile = values.find(file).map(SecretReference.InFile::new);
      return inFile
          .or(() -> values.find(variable).map(SecretReference.InEnvironment::new))
          .orElseGet(() -> new SecretReference.FromCommand(values.get(command)));
    }
  }

  private static final Ways ACCESS_KEY =
      Ways.to("access-key", "id of the access key (AKIA…)", "s3-access-key");
  private static final Ways SECRET_KEY =
      Ways.to("secret-key", "secret part of the access key", "s3-secret-key");

  static final Section<S3Settings.Credentials> SECTION =
      Section.checked(
          MEANING,
          Stream.of(ACCESS_KEY, SECRET_KEY).flatMap(ways -> ways.options().stream()).toList(),
          S3CredentialOptions::check,
          values ->
              new S3Settings.Credentials(ACCESS_KEY.chosen(values), SECRET_KEY.chosen(values)));

  private S3CredentialOptions() {}

  private static void check(Values values) {
    ACCESS_KEY.check(values);
    SECRET_KEY.check(values);
  }
}
