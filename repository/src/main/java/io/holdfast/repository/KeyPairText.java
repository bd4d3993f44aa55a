package io.holdfast.repository;

import io.holdfast.repository.sealing.Recipients;
import io.holdfast.vocabulary.Secret;

/**
 * An X25519 key pair as people keep it.
 *
 * @param publicKey {@code hfpub1…}, may be shown to anybody
 * @param privateKey {@code HOLDFAST-SECRET-KEY-1…}
 */
public record KeyPairText(String publicKey, Secret privateKey) {
  public static KeyPairText generate() {
    return Recipients.generate();
  }
}
