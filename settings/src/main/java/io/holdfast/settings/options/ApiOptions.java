package io.holdfast.settings.options;

import io.holdfast.settings.ApiSettings;
import io.holdfast.settings.ApiSettings.May;
import io.holdfast.settings.ApiSettings.Tls;
import io.holdfast.settings.ApiSettings.Token;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code service.api}. */
final class ApiOptions {
  private static final Option<InetSocketAddress> LISTEN =
      Option.required(
          "listen",
          ServiceOptions.LISTENING,
          "127.0.0.1:9855",
          "Where requests are answered. Beyond the loopback address only with 'tls'.");

  private static final SecretOptions SECRET =
      SecretOptions.to("token", "token", "api-token", "when 'serve' starts");

  private static final Option<May> MAY =
      Option.withDefault(
          "may",
          Types.word(May.class),
          "read",
          "What whoever has it may do: see everything, or also run, pause and resume schedules."
              + " Nothing restores, removes or overwrites.");

  private static final Section<Function<String, Token>> TOKEN =
      Section.checked(
          "",
          Stream.concat(SECRET.options().stream(), Stream.of(MAY)).toList(),
          SECRET::checkOne,
          values -> name -> new Token(name, SECRET.get(values), values.get(MAY)));

  private static final Option<Map<String, Token>> TOKENS =
      Option.required(
          "tokens",
          new Named<>("tokens by name", ChosenName.FORM, ApiOptions::name, TOKEN),
          "monitoring",
          "Who is answered, each under a name of your choice that is noted with what was done."
              + " 'openssl rand -hex 32' makes a token; 32 letters are the least.");

  private static final Option<Path> CERTIFICATE =
      Option.required(
          "certificate",
          Types.path(),
          "/etc/holdfast/api.crt",
          "File with the certificate and those that it is signed by (PEM). A renewed one is taken"
              + " without a restart.");

  private static final Option<Path> KEY =
      Option.required(
          "key",
          Types.path(),
          "/etc/holdfast/api.key",
          "File with the certificate's private key (PEM, PKCS#8, without a passphrase). Must be"
              + " readable by its owner only, or belong to root and be readable by its group.");

  private static final Option<Tls> TLS =
      Option.optional(
          "tls",
          Section.of(
              "The certificate that is shown.",
              List.of(CERTIFICATE, KEY),
              values -> new Tls(values.get(CERTIFICATE), values.get(KEY))),
          "nothing is encrypted: on the loopback address only",
          "",
          "TLS 1.2 and 1.3.");

  static final Option<ApiSettings> API =
      Option.optional(
          "api",
          Section.checked(
              "Answers programs over HTTP, and lets them run, pause and resume schedules."
                  + " docs/api.md has it all.",
              List.of(LISTEN, TOKENS, TLS),
              ApiOptions::check,
              values ->
                  new ApiSettings(
                      values.get(LISTEN),
                      List.copyOf(values.get(TOKENS).values()),
                      values.find(TLS))),
          "nobody is answered",
          "",
          "Answers programs over HTTP.");

  private ApiOptions() {}

  private static void check(Values values) {
    if (values.find(TOKENS).filter(Map::isEmpty).isPresent()) {
      values.fault(TOKENS, "expected at least one token, found none: nobody is answered without");
    }
    boolean beyond = values.find(LISTEN).filter(ApiOptions::isBeyondThisMachine).isPresent();
    if (beyond && !values.isGiven(TLS)) {
      values.fault(
          LISTEN,
          "expected 127.0.0.1, or a section 'tls' beside: tokens must not cross a network in the"
              + " clear");
    }
  }

  /** A name that is not known may be anything. */
  private static boolean isBeyondThisMachine(InetSocketAddress address) {
    return address.isUnresolved() || !address.getAddress().isLoopbackAddress();
  }

  private static String name(String text) {
    return ChosenName.of("a token", text, " The token itself does not stand here.");
  }
}
