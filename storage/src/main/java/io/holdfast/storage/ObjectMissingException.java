package io.holdfast.storage;

/**
 * The site answered, and there is no such object. Never used for a site that could not be asked.
 */
public final class ObjectMissingException extends StorageException {
  private static final long serialVersionUID = 1L;

  public ObjectMissingException(String site, ObjectKey key) {
    super("could not read " + key + " from " + site + ": there is no such object", null, null);
  }
}
