package io.holdfast.api.http;

import io.holdfast.api.Tls;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A certificate with those that it is signed by, and its private key. */
@SuppressWarnings("ArrayRecordComponent") // handed on as it is, compared by nobody
record CertifiedKey(PrivateKey key, X509Certificate[] chain) {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

  /**
   * @throws HoldfastException (usage) if they are not there, of another form, or do not fit each
   *     other
   */
  static CertifiedKey read(Tls tls) {
    X509Certificate[] chain = certificates(tls);
    PrivateKey key = privateKey(tls);
    if (!belongTogether(key, chain[0])) {
      throw failure(
          tls,
          "the key is not that of the first certificate",
          "The certificate itself comes first in its file, then those that it is signed by.",
          null);
    }
    return new CertifiedKey(key, chain);
  }

  /** Whether it can be shown to somebody who takes that kind of key. */
  boolean fits(String keyType) {
    String algorithm = chain[0].getPublicKey().getAlgorithm();
    return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
  }

  private static X509Certificate[] certificates(Tls tls) {
    try (InputStream in = Files.newInputStream(tls.certificate())) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw failure(tls, "there is no certificate in " + tls.certificate(), null, null);
      }
      return found.toArray(X509Certificate[]::new);
    } catch (IOException | GeneralSecurityException e) {
      throw failure(tls, "no certificate can be read out of " + tls.certificate(), null, e);
    }
  }

  private static PrivateKey privateKey(Tls tls) {
    try (Secret secret = tls.readKey().get()) {
      byte[] bytes = secret.bytes();
      Matcher pem = PKCS8.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
      Arrays.fill(bytes, (byte) 0);
      if (!pem.find()) {
        throw noKey(tls);
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      try {
        return decoded(tls, der);
      } finally {
        Arrays.fill(der, (byte) 0);
      }
    } catch (IllegalArgumentException e) {
      // Its message would show a part of the key.
      throw noKey(tls);
    }
  }

  private static PrivateKey decoded(Tls tls, byte[] der) {
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // Of another kind.
      }
    }
    throw noKey(tls);
  }

  private static boolean belongTogether(PrivateKey key, Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] trial = {1, 2, 3};
    try {
      Signature sign = Signature.getInstance(algorithm);
      sign.initSign(key);
      sign.update(trial);
      byte[] signed = sign.sign();
      Signature verify = Signature.getInstance(algorithm);
      verify.initVerify(certificate.getPublicKey());
      verify.update(trial);
      return verify.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static HoldfastException noKey(Tls tls) {
    return failure(
        tls,
        "expected 'BEGIN PRIVATE KEY' (PKCS#8, without a passphrase) in " + tls.key(),
        "This makes one of any other: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW",
        null);
  }

  private static HoldfastException failure(
      Tls tls, String reason, @Nullable String hint, @Nullable Exception cause) {
    return new HoldfastException(
        ExitStatus.USAGE,
        "could not use the certificate " + tls.certificate() + " for the API: " + reason,
        hint,
        cause);
  }
}
