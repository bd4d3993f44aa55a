package io.holdfast.api.http;

import io.holdfast.api.Tls;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that is shown: read again when its file has changed, so that a renewed one needs
 * no restart. One that cannot be used does not displace the one in use.
 */
final class ServedCertificate extends X509ExtendedKeyManager {
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final String ALIAS = "api";

  private final Tls tls;
  private final Consumer<String> notes;
  private CertifiedKey current;
  private FileTime read;
  private long lookedAt;

  private ServedCertificate(Tls tls, Consumer<String> notes) {
    this.tls = tls;
    this.notes = notes;
    this.read = changed();
    this.current = CertifiedKey.read(tls);
    this.lookedAt = System.nanoTime();
  }

  /**
   * @throws HoldfastException (usage) if certificate and key cannot be used
   */
  static ServedCertificate of(Tls tls, Consumer<String> notes) {
    return new ServedCertificate(tls, notes);
  }

  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {this}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized CertifiedKey current() {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK.toNanos()) {
      lookedAt = now;
      renew();
    }
    return current;
  }

  /** Also called by whoever cannot wait until it is looked at. */
  synchronized void renew() {
    FileTime now = changed();
    if (now.equals(read)) {
      return;
    }
    read = now;
    try {
      current = CertifiedKey.read(tls);
      notes.accept("the API shows the renewed certificate of " + tls.certificate());
    } catch (HoldfastException e) {
      notes.accept("the API goes on with the certificate that it has: " + e.getMessage());
    }
  }

  /** The later of both files. */
  private FileTime changed() {
    try {
      FileTime certificate = Files.getLastModifiedTime(tls.certificate());
      FileTime key = Files.getLastModifiedTime(tls.key());
      return certificate.compareTo(key) > 0 ? certificate : key;
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return current().fits(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return current().fits(keyType) ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return current().chain();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return current().key();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
