package io.holdfast.api;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the API is, and who gets in.
 *
 * @param tokens at least one, each another one: what is done is noted with its name, and it is
 *     taken back by itself
 * @param notes told what is worth a line in the log: what was done by whom, and trouble
 */
public record Entrance(
    InetSocketAddress listen, List<Token> tokens, Optional<Tls> tls, Consumer<String> notes) {
  /**
   * @throws HoldfastException (usage) if two tokens are the same
   */
  public Entrance {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("an entrance that nobody can pass");
    }
    requireDifferent(tokens);
  }

  private static void requireDifferent(List<Token> tokens) {
    for (int at = 1; at < tokens.size(); at++) {
      Token token = tokens.get(at);
      tokens.subList(0, at).stream()
          .filter(token::isTheSameAs)
          .findFirst()
          .ifPresent(other -> {
            throw new HoldfastException(
                ExitStatus.USAGE,
                "could not use the tokens '"
                    + other.name()
                    + "' and '"
                    + token.name()
                    + "' of the API: expected one of its own for each, found the same twice",
                "Whoever has it would be taken for the first. Make another one with: openssl rand"
                    + " -hex 32");
          });
    }
  }
}
