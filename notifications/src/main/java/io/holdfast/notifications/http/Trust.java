package io.holdfast.notifications.http;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom to believe that a server is who it says: the certificates of a file, and nobody else. */
public final class Trust {
  private Trust() {}

  /**
   * @param authority certificates as PEM
   * @throws HoldfastException (usage) if there are none in it
   */
  public static SSLContext in(Path authority) {
    try (InputStream in = Files.newInputStream(authority)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw unusable(authority, "found none in it", null);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(authority, String.valueOf(e.getMessage()), e);
    }
  }

  private static HoldfastException unusable(
      Path authority, String reason, @org.jspecify.annotations.Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.USAGE,
        "could not use " + authority + ": expected certificates (PEM), " + reason,
        "Name the certificate of whoever signed the server's one, as PEM.",
        cause);
  }
}
