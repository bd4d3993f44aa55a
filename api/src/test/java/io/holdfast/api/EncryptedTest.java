package io.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.api.http.TestCertificates;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API under TLS. */
final class EncryptedTest {
  @TempDir private static Path folder;
  private static ServedRepository repository;
  private static TestCertificates certificates;

  @BeforeAll
  static void make() throws IOException {
    repository = new ServedRepository(folder);
    certificates = new TestCertificates(folder);
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  /** Whatever is shown is taken: what matters is what that is. */
  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private SSLSocket open(Served served, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, null);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    served.caller.address().getAddress(), served.caller.address().getPort());
    socket.setSoTimeout(20_000);
    socket.setEnabledProtocols(protocols);
    return socket;
  }

  private static String shown(SSLSocket socket) throws IOException {
    X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  @Test
  void onlyProtocolsOfTodayAreSpoken() throws Exception {
    certificates.certify("first", "EC");
    try (Served served = new Served(repository, Served.QUICK, Optional.of(certificates.tls()))) {
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        try (SSLSocket socket = open(served, protocol)) {
          Caller.send(
              socket,
              "GET /api/v1/receivers HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                  + Served.READING
                  + "\r\n\r\n");
          Caller.Heard heard = Caller.hear(socket);
          assertThat(heard.status()).isEqualTo(200);
          assertThat(heard.header("Strict-Transport-Security")).isNotEmpty();
          assertThat(shown(socket)).isEqualTo("CN=first");
        }
      }
      try (SSLSocket old = open(served, "TLSv1.1")) {
        assertThatThrownBy(old::startHandshake).isInstanceOf(SSLHandshakeException.class);
      }
      assertThat(served.caller.get("/api/v1/receivers", Served.READING).status())
          .as("in the clear")
          .isNotEqualTo(200);
    }
  }

  @Test
  void whatDoesNotFitIsSaidAtTheBeginning() throws Exception {
    certificates.certify("first", "RSA");
    String key = Files.readString(certificates.key());
    certificates.certify("second", "RSA");
    Files.writeString(certificates.key(), key);
    assertThatThrownBy(() -> new Served(repository, Served.QUICK, Optional.of(certificates.tls())))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("not that of the first certificate");

    Files.writeString(certificates.key(), key.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    assertThatThrownBy(() -> new Served(repository, Served.QUICK, Optional.of(certificates.tls())))
        .hasMessageContaining("PKCS#8")
        .hasMessageNotContaining(key.substring(40, 60));
  }
}
