package io.holdfast.settings.secret;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes a secret out of a stream and leaves no copy behind. */
final class SecretBytes {
  /** No passphrase and no key is longer; a wrong file would be. */
  private static final int LONGEST = 64 << 10;

  private SecretBytes() {}

  static Secret from(InputStream in, String source) throws IOException {
    byte[] buffer = new byte[LONGEST + 1];
    byte[] exact = new byte[0];
    try {
      int length = in.readNBytes(buffer, 0, buffer.length);
      if (length > LONGEST) {
        throw failure(source, "expected at most 64 kB, found more", null, null);
      }
      if (length > 0 && buffer[length - 1] == '\n') {
        length -= length > 1 && buffer[length - 2] == '\r' ? 2 : 1;
      }
      if (length == 0) {
        throw failure(source, "expected a secret, found nothing", null, null);
      }
      exact = Arrays.copyOf(buffer, length);
      return Secret.copyOf(exact);
    } finally {
      Arrays.fill(buffer, (byte) 0);
      Arrays.fill(exact, (byte) 0);
    }
  }

  static HoldfastException failure(
      String source, String reason, @Nullable String hint, @Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.USAGE, "could not take the secret from " + source + ": " + reason, hint, cause);
  }
}
