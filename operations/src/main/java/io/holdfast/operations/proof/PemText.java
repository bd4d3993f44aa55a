package io.holdfast.operations.proof;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One key between its lines of PEM (RFC 7468). */
final class PemText {
  private static final int LINE = 64;

  private PemText() {}

  static String encode(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + label
        + "-----\n"
        + lines.encodeToString(der)
        + "\n-----END "
        + label
        + "-----";
  }

  /**
   * The first one of that label; what stands around it is passed over.
   *
   * @throws IllegalArgumentException if there is none. Says nothing of what was there.
   */
  static byte[] decode(String label, String text) {
    Matcher block =
        Pattern.compile(
                "-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]*)-----END " + label + "-----")
            .matcher(text);
    if (!block.find()) {
      throw new IllegalArgumentException("no " + label);
    }
    try {
      return Base64.getDecoder().decode(block.group(1).replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      // Its message would show a part of the text.
      throw new IllegalArgumentException("no Base64 in the " + label);
    }
  }
}
