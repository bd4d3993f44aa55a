package io.holdfast.storage;

/** The key is taken. */
public final class ObjectExistsException extends StorageException {
  private static final long serialVersionUID = 1L;

  public ObjectExistsException(String site, ObjectKey key) {
    super("could not create " + key + " on " + site + ": it exists already", null, null);
  }
}
