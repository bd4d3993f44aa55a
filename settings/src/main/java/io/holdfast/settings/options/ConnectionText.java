package io.holdfast.settings.options;

import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection string or URI as libpq reads it (fe-connect.c, conninfo_parse and
 * conninfo_uri_parse_options), as far as it takes to find a secret in it. Never shown in a message.
 */
final class ConnectionText {
  static final Type<String> TYPE =
      Types.text(
          "a connection string such as \"host=/var/run/postgresql user=postgres\"",
          Pattern.compile(".+", Pattern.DOTALL),
          ConnectionText::checked);

  private static final Set<String> SECRETS =
      Set.of("password", "sslpassword", "oauth_client_secret");
  private static final Pattern URI = Pattern.compile("postgres(?:ql)?://.*", Pattern.DOTALL);
  private static final Pattern URI_WITH_PASSWORD =
      Pattern.compile("postgres(?:ql)?://[^:@/]*:[^@/]*@.*", Pattern.DOTALL);
  private static final Pattern PAIR =
      Pattern.compile(
          "\\G\\s*([^\\s=]+)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|(?:[^\\s'\\\\]|\\\\.)(?:[^\\s\\\\]|\\\\.)*|(?=\\s|$))\\s*",
          Pattern.DOTALL);

  private ConnectionText() {}

  private static String checked(String text) {
    if (URI.matcher(text).matches()) {
      checkUri(text);
    } else {
      checkPairs(text);
    }
    return text;
  }

  private static void checkUri(String uri) {
    if (URI_WITH_PASSWORD.matcher(uri).matches()) {
      throw secret("password");
    }
    int query = uri.indexOf('?');
    if (query < 0) {
      return;
    }
    for (String pair : uri.substring(query + 1).split("&", -1)) {
      String key = pair.substring(0, Math.max(pair.indexOf('='), 0));
      refuseSecret(decoded(key));
    }
  }

  private static void checkPairs(String text) {
    Matcher pair = PAIR.matcher(text);
    int end = 0;
    while (end < text.length() && pair.find()) {
      refuseSecret(pair.group(1));
      end = pair.end();
    }
    if (end < text.length()) {
      throw new IllegalArgumentException(
          "expected words such as host=… separated by spaces, or a postgresql:// URI;"
              + " found something else at character "
              + (end + 1));
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected a URI; found a '%' that encodes nothing", e);
    }
  }

  private static void refuseSecret(String key) {
    if (SECRETS.contains(key)) {
      throw secret(key);
    }
  }

  private static IllegalArgumentException secret(String key) {
    return new IllegalArgumentException(
        "expected no "
            + key
            + " in the connection: put it into ~/.pgpass (mode 0600) or into the file that"
            + " passfile=… names");
  }
}
