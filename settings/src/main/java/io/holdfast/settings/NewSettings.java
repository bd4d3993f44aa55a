package io.holdfast.settings;

import io.holdfast.settings.binding.Types;
import io.holdfast.settings.document.Template;
import io.holdfast.settings.document.Yaml;
import io.holdfast.vocabulary.ClusterName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a first configuration has to say; the rest stands in it commented out.
 *
 * @param key present if and only if encryption is required
 */
public record NewSettings(
    Path repository,
    Encryption encryption,
    Optional<KeySettings> key,
    ClusterName cluster,
    String connection,
    ClusterSettings.Source source,
    Optional<Path> dataDirectory,
    Optional<Path> binDirectory) {

  /** The text of a file that {@link SettingsFile#load} reads back as this, with all defaults. */
  public String yaml() {
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put("repository.path", text(repository));
    if (encryption != Encryption.REQUIRED) {
      answers.put("repository.encryption", Types.wordOf(encryption));
    }
    key.ifPresent(given -> answer(answers, given));
    String prefix = "clusters." + cluster + ".";
    answers.put(prefix + "connection", Yaml.text(connection));
    if (source != ClusterSettings.Source.LOCAL) {
      answers.put(prefix + "source", Types.wordOf(source));
    }
    dataDirectory.ifPresent(path -> answers.put(prefix + "data-directory", text(path)));
    binDirectory.ifPresent(path -> answers.put(prefix + "bin-directory", text(path)));
    return Template.filled(answers, cluster.text());
  }

  private static void answer(Map<String, String> answers, KeySettings key) {
    String prefix = "repository.key.";
    switch (key) {
      case KeySettings.PassphraseFile(Path path) ->
          answers.put(prefix + "passphrase-file", text(path));
      case KeySettings.PassphraseEnvironment(String name) ->
          answers.put(prefix + "passphrase-env", Yaml.text(name));
      case KeySettings.PassphraseCommand(var command) ->
          answers.put(prefix + "passphrase-command", Yaml.list(command));
      case KeySettings.PrivateKeyFile(Path path) ->
          answers.put(prefix + "private-key-file", text(path));
    }
  }

  private static String text(Path path) {
    return Yaml.text(path.toString());
  }
}
