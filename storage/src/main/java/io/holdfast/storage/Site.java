package io.holdfast.storage;

/**
 * One of several places that hold the same objects.
 *
 * @param name how the configuration calls it
 * @param required whether what is written fails where this site fails
 */
public record Site(String name, Storage storage, boolean required) {
  /** For messages. */
  @Override
  public String toString() {
    return name + " (" + storage.description() + ")";
  }
}
