package io.holdfast.operations.dump;

/** What is done with the roles and tablespaces of a backup when one of its dumps is restored. */
public enum GlobalsPolicy {
  /** None are made: what the dump needs has to be there. */
  NONE,
  /** Those that are missing are made; those that are there stay as they are. */
  SKIP,
  /** Those that are there get the attributes, passwords and settings of the backup too. */
  UPDATE
}
