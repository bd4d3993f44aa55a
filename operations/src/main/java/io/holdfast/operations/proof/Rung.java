package io.holdfast.operations.proof;

import java.util.Locale;
import java.util.Optional;

/** How far a proof goes; each rung stands on those before it. */
public enum Rung {
  /** Everything that the backup needs lies there, in its right size. */
  STORED,
  /** All of it was read back and authenticated, pages by their own checksums too. */
  INTACT,
  /** A server was made of it, or the files are back. */
  RESTORED,
  /** The copy has no damage that PostgreSQL's own checks find. */
  SOUND,
  /** It holds what it is to hold. */
  EQUAL;

  /** As it is written in commands and documents. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Rung> of(String word) {
    for (Rung rung : values()) {
      if (rung.word().equals(word)) {
        return Optional.of(rung);
      }
    }
    return Optional.empty();
  }
}
