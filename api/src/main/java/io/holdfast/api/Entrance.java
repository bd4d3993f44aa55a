package io.holdfast.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the API is, and who gets in.
 *
 * @param tokens at least one
 * @param notes told what is worth a line in the log: what was done by whom, and trouble
 */
public record Entrance(
    InetSocketAddress listen, List<Token> tokens, Optional<Tls> tls, Consumer<String> notes) {
  public Entrance {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("an entrance that nobody can pass");
    }
  }
}
