package io.holdfast.repository;

import io.holdfast.vocabulary.Secret;
import java.util.List;

/** The key slots of an open, encrypted repository. Changing them re-encrypts nothing. */
public interface KeySlots {
  List<KeySlot> list();

  /** The slot that opened the repository. */
  KeySlot openedBy();

  KeySlot addPassphrase(Secret passphrase, String label);

  /**
   * @param publicKey as printed by {@link KeyPairText}
   */
  KeySlot addRecipient(String publicKey, String label);

  /**
   * @throws io.holdfast.vocabulary.HoldfastException (refused) for the last slot
   */
  void remove(String id);
}
