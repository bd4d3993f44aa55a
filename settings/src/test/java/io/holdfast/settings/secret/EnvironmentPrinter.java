package io.holdfast.settings.secret;

import io.holdfast.settings.KeySettings;
import io.holdfast.settings.Secrets;
import io.holdfast.vocabulary.Secret;

/** A process of its own with an environment of its own. */
final class EnvironmentPrinter {
  private EnvironmentPrinter() {}

  public static void main(String[] arguments) {
    try (Secret secret = Secrets.read(new KeySettings.PassphraseEnvironment(arguments[0]))) {
      System.out.writeBytes(secret.bytes());
      System.out.flush();
    }
  }
}
