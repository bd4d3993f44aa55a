package io.holdfast.settings;

import io.holdfast.settings.secret.CommandSecret;
import io.holdfast.settings.secret.EnvironmentSecret;
import io.holdfast.settings.secret.FileSecret;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;

/** Fetches the secrets that the settings point to. */
public final class Secrets {
  /** In bytes, so that any text of eight characters passes. */
  public static final int SHORTEST_PASSPHRASE = 8;

  private Secrets() {}

  /**
   * The passphrase or private key, without one line end at its end. The caller closes it.
   *
   * @throws HoldfastException (usage) if it is not there, empty, too short for a passphrase, or in
   *     a file that others may read. Never says anything of the secret itself.
   */
  public static Secret read(KeySettings key) {
    return switch (key) {
      case KeySettings.PassphraseFile(var path) ->
          passphrase(FileSecret.read(path), path.toString());
      case KeySettings.PassphraseEnvironment(var name) ->
          passphrase(EnvironmentSecret.read(name), "the environment variable " + name);
      case KeySettings.PassphraseCommand(var command) ->
          passphrase(CommandSecret.read(command), "the output of " + command.getFirst());
      case KeySettings.PrivateKeyFile(var path) -> FileSecret.read(path);
    };
  }

  /**
   * What is referred to, without one line end at its end. The caller closes it.
   *
   * @throws HoldfastException (usage) if it is not there, empty, or in a file that others may read.
   *     Never says anything of the secret itself.
   */
  public static Secret read(SecretReference reference) {
    return switch (reference) {
      case SecretReference.InFile(var path) -> FileSecret.read(path);
      case SecretReference.InEnvironment(var name) -> EnvironmentSecret.read(name);
      case SecretReference.FromCommand(var command) -> CommandSecret.read(command);
    };
  }

  /**
   * Passes a passphrase on if it is long enough.
   *
   * @param source for people: where it came from
   */
  public static Secret passphrase(Secret secret, String source) {
    byte[] bytes = secret.bytes();
    int length = bytes.length;
    java.util.Arrays.fill(bytes, (byte) 0);
    if (length < SHORTEST_PASSPHRASE) {
      secret.close();
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not use the passphrase from "
              + source
              + ": expected at least "
              + SHORTEST_PASSPHRASE
              + " characters, found "
              + (length == 0 ? "none" : "fewer"),
          "Make a good one with: openssl rand -base64 24");
    }
    return secret;
  }
}
