package io.holdfast.settings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who is answered over HTTP, and where.
 *
 * @param tokens at least one, in the order of the file
 * @param tls empty only on a loopback address
 */
public record ApiSettings(InetSocketAddress listen, List<Token> tokens, Optional<Tls> tls) {
  public ApiSettings {
    tokens = List.copyOf(tokens);
  }

  /** What whoever has it may do, under a name of the user's choice. */
  public record Token(String name, SecretReference secret, May may) {}

  /** What a token allows. */
  public enum May {
    READ,
    OPERATE
  }

  /** PEM files. */
  public record Tls(Path certificate, Path key) {}
}
