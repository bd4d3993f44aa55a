package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.settings.ApiSettings.May;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is answered over HTTP, and where. */
final class ApiSettingsTest {
  @TempDir private Path folder;

  private Path file(String api) throws IOException {
    return Files.writeString(
        folder.resolve("holdfast.yaml"),
        "repository: {path: /r, encryption: none}\nservice:\n  api:\n" + api.indent(4));
  }

  private List<String> faults(String api) throws IOException {
    Path file = file(api);
    return catchThrowableOfType(SettingsException.class, () -> SettingsFile.load(file))
        .faults()
        .stream()
        .map(SettingsFault::toString)
        .toList();
  }

  @Test
  void theWhole() throws IOException {
    ApiSettings api =
        SettingsFile.load(
                file(
                    """
                    listen: 0.0.0.0:9855
                    tokens:
                      monitoring: { token-file: monitoring.token }
                      ops: { token-env: OPS, may: operate }
                    tls: { certificate: api.crt, key: /etc/api.key }
                    """))
            .service()
            .api()
            .orElseThrow();

    assertThat(api.listen().getPort()).isEqualTo(9855);
    assertThat(api.tokens())
        .containsExactly(
            new ApiSettings.Token(
                "monitoring",
                new SecretReference.InFile(folder.resolve("monitoring.token")),
                May.READ),
            new ApiSettings.Token("ops", new SecretReference.InEnvironment("OPS"), May.OPERATE));
    assertThat(api.tls())
        .contains(new ApiSettings.Tls(folder.resolve("api.crt"), Path.of("/etc/api.key")));
    assertThat(
            SettingsFile.load(
                    Files.writeString(
                        folder.resolve("none.yaml"), "repository: {path: /r, encryption: none}\n"))
                .service()
                .api())
        .isEmpty();
  }

  @Test
  void allFaultsAreToldWithTheirPlace() throws IOException {
    assertThat(
            faults(
                """
                listen: 0.0.0.0:9855
                tokens:
                  Ops: { token-file: a, token-env: B }
                  other: { may: everything }
                """))
        .containsExactly(
            "4:13: service.api.listen: expected 127.0.0.1, or a section 'tls' beside: tokens must"
                + " not cross a network in the clear",
            "6:7: service.api.tokens: 'Ops' is not a name of a token. Use 1 to 40 lower-case"
                + " letters, digits, '_' and '-', starting with a letter or digit. The token itself"
                + " does not stand here.",
            "6:12: service.api.tokens.Ops: expected exactly one of token-file, token-env,"
                + " token-command; found token-file, token-env",
            "7:14: service.api.tokens.other: expected exactly one of token-file, token-env,"
                + " token-command; found none",
            "7:21: service.api.tokens.other.may: expected read or operate, found 'everything'");
  }

  @Test
  void nobodyIsAnsweredWithoutAToken() throws IOException {
    assertThat(faults("listen: 127.0.0.1:9855\n"))
        .containsExactly("4:5: service.api: expected 'tokens', found none");
    assertThat(faults("listen: 127.0.0.1:9855\ntokens: {}\n"))
        .containsExactly(
            "5:13: service.api.tokens: expected at least one token, found none: nobody is answered"
                + " without");
  }

  @Test
  void loopbackNeedsNoCertificateAndNothingElseDoesWithout() throws IOException {
    for (String listen : List.of("127.0.0.1:0", "'[::1]:9855'", "localhost:9855")) {
      assertThat(
              SettingsFile.load(file("listen: " + listen + "\ntokens: {a: {token-env: A}}\n"))
                  .service()
                  .api())
          .as(listen)
          .isPresent();
    }
    for (String listen : List.of("'[::]:1'", "10.0.0.1:1", "no-such-host.invalid:1")) {
      assertThat(faults("listen: " + listen + "\ntokens: {a: {token-env: A}}\n"))
          .as(listen)
          .singleElement()
          .asString()
          .contains("tls");
    }
  }
}
