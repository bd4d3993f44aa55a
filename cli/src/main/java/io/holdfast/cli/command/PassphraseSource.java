package io.holdfast.cli.command;

import io.holdfast.settings.KeySettings;
import io.holdfast.settings.Secrets;
import io.holdfast.vocabulary.Secret;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a new passphrase is to be read from; one of these. Never an argument: those are public. */
final class PassphraseSource {
  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "A file with the new passphrase.")
  private @Nullable Path file;

  @Option(
      names = "--passphrase-env",
      paramLabel = "NAME",
      description = "An environment variable with the new passphrase.")
  private @Nullable String variable;

  @Option(
      names = "--passphrase-command",
      paramLabel = "PROGRAM",
      description = "A program that prints the new passphrase.")
  private @Nullable String program;

  Secret read() {
    return Secrets.read(settings());
  }

  private KeySettings settings() {
    if (file != null) {
      return new KeySettings.PassphraseFile(file.toAbsolutePath());
    }
    if (variable != null) {
      return new KeySettings.PassphraseEnvironment(variable);
    }
    if (program != null) {
      return new KeySettings.PassphraseCommand(List.of(program));
    }
    throw new IllegalStateException("the command line was read without a source");
  }
}
