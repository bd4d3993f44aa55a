package io.holdfast.operations.proof;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * The Ed25519 key that proofs are held against: may be shown to anybody. As text it is PEM as
 * OpenSSL writes it ({@code openssl pkey -pubout}).
 */
public final class SignatureKey {
  static final String ALGORITHM = "Ed25519";
  private static final String LABEL = "PUBLIC KEY";

  private final PublicKey key;

  SignatureKey(PublicKey key) {
    this.key = key;
  }

  /**
   * @param source for people: where the text came from
   * @throws HoldfastException (usage) if it is no such key
   */
  public static SignatureKey parse(String text, String source) {
    try {
      byte[] der = PemText.decode(LABEL, text);
      return new SignatureKey(
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take the public key from "
              + source
              + ": expected the public Ed25519 key of who signs proofs, as PEM; found something else",
          "`holdfast key generate --signing FILE` prints it, and `openssl pkey -in FILE -pubout` does"
              + " again.",
          e);
    }
  }

  /** For files. */
  public String pem() {
    return PemText.encode(LABEL, key.getEncoded());
  }

  /** SHA-256 of the key as X.509 has it: {@code sha256:…}, in hex. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean signed(byte[] content, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(content);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false; // no signature at all, by its form
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
