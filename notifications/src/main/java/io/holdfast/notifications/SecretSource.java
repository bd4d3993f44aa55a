package io.holdfast.notifications;

import io.holdfast.vocabulary.Secret;

/** Where a secret is fetched from, each time it is used: so a changed one needs no restart. */
@FunctionalInterface
public interface SecretSource {
  /**
   * The caller closes it.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if it is not there
   */
  Secret read();
}
