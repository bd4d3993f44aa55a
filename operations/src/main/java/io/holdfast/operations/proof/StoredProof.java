package io.holdfast.operations.proof;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** A proof as it lies in the repository. */
public final class StoredProof {
  private final Proofs.Entry entry;
  private final UUID repository;
  private final String cluster;
  private final byte[] content;
  private final Optional<ProofSignature> signature;

  StoredProof(
      Proofs.Entry entry,
      UUID repository,
      String cluster,
      byte[] content,
      Optional<ProofSignature> signature) {
    this.entry = entry;
    this.repository = repository;
    this.cluster = cluster;
    this.content = content;
    this.signature = signature;
  }

  public Proofs.Entry entry() {
    return entry;
  }

  /** Whose signature it says it bears; not looked at. */
  public Optional<String> signer() {
    return signature.map(ProofSignature::signer);
  }

  /**
   * @throws RepositoryDamagedException if it is none, or lies where another one belongs
   */
  public Proof proof() {
    Proof proof = ProofFormat.decode(entry.name(), content);
    misplaced(proof)
        .ifPresent(found -> {
          throw new RepositoryDamagedException(
              "could not read the proof " + entry.name() + ": " + found,
              "Somebody has put it there. Other proofs are not touched.",
              null);
        });
    return proof;
  }

  /**
   * @throws HoldfastException (repository) if it bears a valid signature and cannot be read
   */
  public Authenticity authenticity(SignatureKey key) {
    if (signature.isEmpty()) {
      return new Authenticity.Unsigned();
    }
    String signer = signature.get().signer();
    if (!key.signed(content, bytes(signature.get()))) {
      return signer.equals(key.fingerprint())
          ? new Authenticity.NotValid(signer, "the signature does not fit what lies there")
          : new Authenticity.ByAnother(signer);
    }
    Proof proof = ProofFormat.decode(entry.name(), content);
    Optional<String> elsewhere = misplaced(proof).or(() -> foreign(proof));
    return elsewhere.isPresent()
        ? new Authenticity.NotValid(key.fingerprint(), elsewhere.get())
        : new Authenticity.Valid(key.fingerprint());
  }

  private static byte[] bytes(ProofSignature signature) {
    try {
      return Base64.getDecoder().decode(signature.base64());
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private Optional<String> misplaced(Proof proof) {
    if (!proof.cluster().equals(cluster)) {
      return Optional.of(
          "expected one of cluster " + cluster + ", found one of " + proof.cluster());
    }
    if (!proof.backup().equals(entry.backup())) {
      return Optional.of(
          "expected one of backup " + entry.backup() + ", found one of " + proof.backup());
    }
    return Proofs.time(proof.ended()).equals(Proofs.time(entry.ended()))
        ? Optional.empty()
        : Optional.of(
            "expected one that ended at " + entry.ended() + ", found one of " + proof.ended());
  }

  private Optional<String> foreign(Proof proof) {
    return proof.repository().equals(repository.toString())
        ? Optional.empty()
        : Optional.of(
            "expected one of repository "
                + repository
                + ", found one of "
                + (proof.repository().isEmpty() ? "an unnamed one" : proof.repository()));
  }
}
