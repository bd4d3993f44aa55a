package io.holdfast.storage;

/** An object that is read as a whole is larger than any that is written to be read so. */
public final class ObjectTooLargeException extends StorageException {
  private static final long serialVersionUID = 1L;

  public ObjectTooLargeException(String site, ObjectKey key) {
    super(
        "could not read "
            + key
            + " from "
            + site
            + ": expected at most "
            + Storage.SMALL
            + " bytes, found more",
        "It is not what was written. Copy it from another site, or look what put it there.",
        null);
  }
}
