package io.holdfast.cli.command;

import io.holdfast.operations.proof.Authenticity;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.operations.proof.StoredProof;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a proof's signature.
 *
 * @param word for programs: valid, not-valid, unsigned, other-key, or not-checked
 * @param said for people
 * @param signer fingerprint of the key; null if there is none
 */
record ProofSeal(String word, String said, @Nullable String signer) {
  /**
   * @param key if one is known
   */
  static ProofSeal of(StoredProof stored, Optional<SignatureKey> key) {
    if (key.isPresent()) {
      return of(stored.authenticity(key.get()));
    }
    return stored
        .signer()
        .map(signer ->
            new ProofSeal(
                "not-checked",
                "signed by " + signer + ", not checked: no public key is known",
                signer))
        .orElseGet(() -> of(new Authenticity.Unsigned()));
  }

  private static ProofSeal of(Authenticity authenticity) {
    return switch (authenticity) {
      case Authenticity.Valid(var signer) ->
          new ProofSeal("valid", "valid, signed by " + signer, signer);
      case Authenticity.Unsigned() -> new ProofSeal("unsigned", "unsigned", null);
      case Authenticity.ByAnother(var signer) ->
          new ProofSeal("other-key", "signed by another key, " + signer, signer);
      case Authenticity.NotValid(var signer, var why) ->
          new ProofSeal("not-valid", "NOT VALID: " + why, signer);
    };
  }

  boolean valid() {
    return word.equals("valid");
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", word);
    json.put("said", said);
    json.put("signer", signer);
    return json;
  }
}
