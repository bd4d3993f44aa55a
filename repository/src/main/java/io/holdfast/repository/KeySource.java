package io.holdfast.repository;

import io.holdfast.vocabulary.Secret;
import java.util.List;

/** What the user holds that opens a repository: passphrases and X25519 private keys. */
public sealed interface KeySource {
  /** Tried in order against the slots of the fitting kind. */
  record Keys(List<Secret> passphrases, List<Secret> privateKeys) implements KeySource {}

  /** Nothing at hand: opens only an unencrypted repository. */
  record None() implements KeySource {}
}
