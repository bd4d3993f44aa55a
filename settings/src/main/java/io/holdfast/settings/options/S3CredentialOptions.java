package io.holdfast.settings.options;

import io.holdfast.settings.S3Settings;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Values;
import java.util.stream.Stream;

/** {@code repository.s3.credentials}. */
final class S3CredentialOptions {
  static final String MEANING =
      "An access key of its own: one of the access-key-… and one of the secret-key-… options. Neither"
          + " part stands in this file. Without this section the key is looked for where AWS tools"
          + " look, and renewed when it expires.";

  private static final String AGAIN = "when the store refuses the key";
  private static final SecretOptions ACCESS_KEY =
      SecretOptions.to("access-key", "id of the access key (AKIA…)", "s3-access-key", AGAIN);
  private static final SecretOptions SECRET_KEY =
      SecretOptions.to("secret-key", "secret part of the access key", "s3-secret-key", AGAIN);

  static final Section<S3Settings.Credentials> SECTION =
      Section.checked(
          MEANING,
          Stream.of(ACCESS_KEY, SECRET_KEY).flatMap(ways -> ways.options().stream()).toList(),
          S3CredentialOptions::check,
          values ->
              new S3Settings.Credentials(
                  ACCESS_KEY.find(values).orElseThrow(), SECRET_KEY.find(values).orElseThrow()));

  private S3CredentialOptions() {}

  private static void check(Values values) {
    ACCESS_KEY.checkOne(values);
    SECRET_KEY.checkOne(values);
  }
}
