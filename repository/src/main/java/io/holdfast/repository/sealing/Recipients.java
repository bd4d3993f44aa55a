package io.holdfast.repository.sealing;

import io.holdfast.repository.KeyPairText;

/** Stub. */
public final class Recipients {
  private Recipients() {}

  public static KeyPairText generate() {
    throw new UnsupportedOperationException("stub");
  }
}
