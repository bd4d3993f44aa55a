package io.holdfast.settings;

import java.nio.file.Path;
import java.util.List;

/** Where a secret is; never the secret itself. See {@link Secrets#read(SecretReference)}. */
public sealed interface SecretReference {
  record InFile(Path path) implements SecretReference {}

  /** The name of an environment variable. */
  record InEnvironment(String name) implements SecretReference {}

  /** A program that prints it, and its arguments; no shell is involved. */
  record FromCommand(List<String> command) implements SecretReference {
    public FromCommand {
      command = List.copyOf(command);
    }
  }
}
