package io.holdfast.settings.options;

import io.holdfast.settings.KeySettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** {@code repository.key}. */
final class KeyOptions {
  static final String MEANING =
      "What opens the repository: exactly one of the following. The secret itself never stands in"
          + " this file. Without it nothing can be restored, by nobody: keep a copy where this"
          + " machine's loss cannot reach it.";

  private static final Option<Path> PASSPHRASE_FILE =
      Option.optional(
          "passphrase-file",
          Types.path(),
          "",
          "/etc/holdfast/passphrase",
          "File with the passphrase; one line end at its end is not part of it. Must be readable"
              + " by its owner only, or belong to root and be readable by its group.");

  private static final Option<String> PASSPHRASE_ENV =
      Option.optional(
          "passphrase-env",
          Types.text(
              "the name of an environment variable",
              Pattern.compile("[A-Za-z_][A-Za-z0-9_]*"),
              text -> text),
          "",
          "HOLDFAST_PASSPHRASE",
          "Environment variable that holds the passphrase.");

  private static final Option<List<String>> PASSPHRASE_COMMAND =
      Option.optional(
          "passphrase-command",
          Types.listOf("a list of a program and its arguments", Types.text("a text")),
          "",
          "[pass, show, holdfast]",
          "Program that prints the passphrase, and its arguments. It is run without a shell.");

  private static final Option<Path> PRIVATE_KEY_FILE =
      Option.optional(
          "private-key-file",
          Types.path(),
          "",
          "/etc/holdfast/key",
          "File with an X25519 private key. The same rules for its mode as above.");

  static final Section<KeySettings> SECTION =
      Section.choiceOf(
          MEANING,
          List.of(PASSPHRASE_FILE, PASSPHRASE_ENV, PASSPHRASE_COMMAND, PRIVATE_KEY_FILE),
          KeyOptions::make);

  private KeyOptions() {}

  private static KeySettings make(Values values) {
    return values
        .find(PASSPHRASE_FILE)
        .<KeySettings>map(KeySettings.PassphraseFile::new)
        .or(() -> values.find(PASSPHRASE_ENV).map(KeySettings.PassphraseEnvironment::new))
        .or(() -> values.find(PASSPHRASE_COMMAND).map(KeySettings.PassphraseCommand::new))
        .orElseGet(() -> new KeySettings.PrivateKeyFile(values.get(PRIVATE_KEY_FILE)));
  }
}
