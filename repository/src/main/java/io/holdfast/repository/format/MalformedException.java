package io.holdfast.repository.format;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectKey;

/** Bytes that do not follow their format. Whoever knows the object turns it into damage. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String found;

  public MalformedException(String expected, Object found) {
    super("expected " + expected + ", found " + found);
    this.expected = expected;
    this.found = found.toString();
  }

  public RepositoryDamagedException in(ObjectKey object) {
    return RepositoryDamagedException.of(object, expected, found);
  }

  public RepositoryDamagedException in(ObjectKey object, int chunk) {
    return RepositoryDamagedException.of(object, chunk, expected, found);
  }
}
