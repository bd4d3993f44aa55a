package io.holdfast.settings;

import java.nio.file.Path;
import java.util.List;

/** Where the secret that opens the repository is; never the secret itself. See {@link Secrets}. */
public sealed interface KeySettings {
  record PassphraseFile(Path path) implements KeySettings {}

  /** The name of an environment variable. */
  record PassphraseEnvironment(String name) implements KeySettings {}

  /** A program and its arguments; no shell is involved. */
  record PassphraseCommand(List<String> command) implements KeySettings {
    public PassphraseCommand {
      command = List.copyOf(command);
    }
  }

  /** An X25519 private key. */
  record PrivateKeyFile(Path path) implements KeySettings {}
}
