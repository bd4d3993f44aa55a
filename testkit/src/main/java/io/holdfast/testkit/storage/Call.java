package io.holdfast.testkit.storage;

/** The calls a store can be asked, those of a writer among them. */
public enum Call {
  CREATE(true),
  WRITE(true),
  /** {@code ObjectWriter.write}. */
  APPEND(true),
  /** {@code ObjectWriter.commit}. */
  COMMIT(true),
  REPLACE(true),
  DELETE_IF(true),
  READ(false),
  READ_RANGE(false),
  STREAM(false),
  STAT(false),
  LIST(false),
  DELETE(true),
  LEFTOVERS(false),
  DELETE_LEFTOVER(true);

  private final boolean mutating;

  Call(boolean mutating) {
    this.mutating = mutating;
  }

  public boolean mutating() {
    return mutating;
  }
}
