package io.holdfast.settings;

/** What the user demands of the repository, whatever the repository says of itself. */
public enum Encryption {
  /** An unencrypted repository is refused. */
  REQUIRED,
  NONE
}
