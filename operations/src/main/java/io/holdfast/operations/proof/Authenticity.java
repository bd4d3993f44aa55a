package io.holdfast.operations.proof;

/** Whether a proof is what the holder of a key has signed. */
public sealed interface Authenticity {
  /** It is, and of this repository, this cluster and the backup and time that it is filed under. */
  record Valid(String signer) implements Authenticity {}

  record Unsigned() implements Authenticity {}

  /**
   * Signed, but not with this key.
   *
   * @param signer whose signature it says it is
   */
  record ByAnother(String signer) implements Authenticity {}

  /** It says that it was signed with this key, and was not, or is not where it belongs. */
  record NotValid(String signer, String why) implements Authenticity {}

  default boolean valid() {
    return this instanceof Valid;
  }
}
