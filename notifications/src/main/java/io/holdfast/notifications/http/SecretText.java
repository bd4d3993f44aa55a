package io.holdfast.notifications.http;

import io.holdfast.notifications.SecretSource;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A secret as the protocols want it. Only for as long as one request takes. */
public final class SecretText {
  private SecretText() {}

  public static String of(SecretSource source) {
    try (Secret secret = source.read()) {
      byte[] bytes = secret.bytes();
      try {
        return new String(bytes, StandardCharsets.UTF_8).strip();
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }
}
