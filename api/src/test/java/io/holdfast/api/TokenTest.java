package io.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TokenTest {
  private static Token token(String text) {
    try (Secret secret = Secret.copyOf(text.getBytes(StandardCharsets.UTF_8))) {
      return Token.of("ops", Right.READ, secret);
    }
  }

  @Test
  void isKnownByItsHashAlone() {
    Token token = token("0123456789abcdef0123456789abcdef");

    assertThat(
            token.hasHash(
                Token.sha256("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8))))
        .isTrue();
    assertThat(
            token.hasHash(
                Token.sha256("0123456789abcdef0123456789abcdee".getBytes(StandardCharsets.UTF_8))))
        .isFalse();
  }

  @Test
  void whatCouldBeGuessedOrSaysSomethingInAHeaderIsRefused() {
    for (String bad :
        new String[] {
          "",
          "short",
          "0123456789abcdef0123456789abcde",
          "ü".repeat(32),
          "a b".repeat(20),
          "x".repeat(300)
        }) {
      assertThatThrownBy(() -> token(bad))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("the token 'ops'")
          .satisfies(e ->
              assertThat(bad.length() < 5 || !String.valueOf(e.getMessage()).contains(bad))
                  .isTrue());
    }
  }

  /** It would be taken for the first of them, with what that may. */
  @Test
  void twoThatAreTheSameAreRefused() {
    Token one = Served.token("monitoring", Right.READ, Served.READING);
    Token other = Served.token("deploys", Right.OPERATE, Served.READING);

    assertThatThrownBy(() ->
            new Entrance(
                new InetSocketAddress(0), List.of(one, other), Optional.empty(), note -> {}))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("'monitoring' and 'deploys'")
        .hasMessageNotContaining(Served.READING);
  }

  @Test
  void whoMayOperateMayRead() {
    assertThat(Right.OPERATE.covers(Right.READ)).isTrue();
    assertThat(Right.READ.covers(Right.OPERATE)).isFalse();
  }
}
