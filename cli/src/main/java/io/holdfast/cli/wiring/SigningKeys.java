package io.holdfast.cli.wiring;

import io.holdfast.operations.proof.ProofSigner;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.settings.SecretReference;
import io.holdfast.settings.Secrets;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys by which proofs are signed and known, out of their files. */
public final class SigningKeys {
  private static final int LONGEST = 64 << 10;

  private SigningKeys() {}

  /**
   * @throws HoldfastException (usage) if it is none, or others may read it
   */
  public static ProofSigner signer(Path file) {
    try (Secret secret = Secrets.read(new SecretReference.InFile(file))) {
      return ProofSigner.of(secret, file.toString());
    }
  }

  /**
   * @throws HoldfastException (usage) if it is none
   */
  public static SignatureKey publicKey(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
      return SignatureKey.parse(text, file.toString());
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not read the public key " + file + ": " + e,
          "`holdfast key generate --signing FILE` prints it, and `openssl pkey -in FILE -pubout`"
              + " does again.",
          e);
    }
  }
}
