package io.holdfast.operations.proof;

import java.util.Map;
import java.util.Optional;

/**
 * What stands in the head of a signed proof: attribute {@code signature}, the Ed25519 signature of
 * the content, byte for byte, in Base64; attribute {@code signer}, {@link
 * SignatureKey#fingerprint}.
 *
 * @param signer whose signature it says it is: a hint, for the signature is what counts
 */
record ProofSignature(String signer, String base64) {
  private static final String SIGNATURE = "signature";
  private static final String SIGNER = "signer";

  Map<String, String> attributes() {
    return Map.of(SIGNATURE, base64, SIGNER, signer);
  }

  static Optional<ProofSignature> of(Map<String, String> attributes) {
    return Optional.ofNullable(attributes.get(SIGNATURE))
        .map(base64 -> new ProofSignature(attributes.getOrDefault(SIGNER, "unknown"), base64));
  }
}
