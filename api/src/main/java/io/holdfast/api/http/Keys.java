package io.holdfast.api.http;

import io.holdfast.api.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Who somebody is: by a token, and by nothing else. */
final class Keys {
  private static final String SCHEME = "Bearer ";

  private final List<Token> tokens;

  Keys(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  /**
   * Empty for nobody. Hashes are compared, and always all of them: how long it takes tells nothing
   * of how much was right.
   */
  Optional<Token> of(HttpFields headers) {
    List<HttpField> said = headers.getFields(HttpHeader.AUTHORIZATION);
    String value = said.size() == 1 ? said.getFirst().getValue() : null;
    boolean bearer = value != null && value.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String presented = value != null && bearer ? value.substring(SCHEME.length()) : "";
    byte[] hash = Token.sha256(presented.getBytes(StandardCharsets.UTF_8));
    Optional<Token> found = Optional.empty();
    for (Token token : tokens) {
      if (token.hasHash(hash)) {
        found = Optional.of(token);
      }
    }
    return bearer ? found : Optional.empty();
  }
}
