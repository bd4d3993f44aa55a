package io.holdfast.operations.proof;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * Signs proofs with a private Ed25519 key, which is PEM as OpenSSL writes it ({@code openssl
 * genpkey -algorithm ed25519}).
 */
public final class ProofSigner {
  private static final String LABEL = "PRIVATE KEY";

  private final PrivateKey privateKey;
  private final SignatureKey publicKey;

  private ProofSigner(PrivateKey privateKey, SignatureKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /**
   * A new pair of keys.
   *
   * @param privateKey as PEM; the caller closes it
   */
  public record Generated(SignatureKey publicKey, Secret privateKey) {}

  public static Generated generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(SignatureKey.ALGORITHM).generateKeyPair();
      byte[] der = pair.getPrivate().getEncoded();
      byte[] text = PemText.encode(LABEL, der).getBytes(StandardCharsets.US_ASCII);
      try {
        return new Generated(new SignatureKey(pair.getPublic()), Secret.copyOf(text));
      } finally {
        Arrays.fill(der, (byte) 0);
        Arrays.fill(text, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param source for people: where the key came from
   * @throws HoldfastException (usage) if it is no such key. Never says anything of it.
   */
  public static ProofSigner of(Secret pem, String source) {
    byte[] text = pem.bytes();
    byte[] der = new byte[0];
    try {
      der = PemText.decode(LABEL, new String(text, StandardCharsets.ISO_8859_1));
      PrivateKey key =
          KeyFactory.getInstance(SignatureKey.ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(der));
      return new ProofSigner(key, publicKey(key));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take the key that signs proofs from "
              + source
              + ": expected a private Ed25519 key as PEM, found something else",
          "`holdfast key generate --signing FILE` makes one.");
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  /**
   * The JDK derives a public key only while it makes a pair, so a pair is made of these bytes; that
   * it is the same one is seen from the pair's private key.
   */
  private static SignatureKey publicKey(PrivateKey key) throws GeneralSecurityException {
    byte[] seed = seed(key);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(SignatureKey.ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
      KeyPair pair = generator.generateKeyPair();
      if (!Arrays.equals(seed, seed(pair.getPrivate()))) {
        throw new IllegalStateException("the pair is of another key");
      }
      return new SignatureKey(pair.getPublic());
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static byte[] seed(PrivateKey key) {
    return ((EdECPrivateKey) key).getBytes().orElseThrow();
  }

  public SignatureKey publicKey() {
    return publicKey;
  }

  ProofSignature sign(byte[] content) {
    try {
      Signature signer = Signature.getInstance(SignatureKey.ALGORITHM);
      signer.initSign(privateKey);
      signer.update(content);
      return new ProofSignature(
          publicKey.fingerprint(), Base64.getEncoder().encodeToString(signer.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives the bytes of a key that is there. */
  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient byte[] bytes;

    Fixed(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] to) {
      if (to.length != bytes.length) {
        throw new IllegalStateException("a key of " + to.length + " bytes");
      }
      System.arraycopy(bytes, 0, to, 0, to.length);
    }
  }
}
