package io.holdfast.storage;

/**
 * One object in the making. Nothing is visible under its key before {@link #commit}; closing
 * without commit leaves nothing behind (as far as the process lives: leftovers of a killed one are
 * named by {@link Storage#leftovers}). Used by one thread.
 */
public interface ObjectWriter extends AutoCloseable {
  void write(byte[] bytes, int offset, int length) throws StorageException;

  /** Bytes written so far. */
  long position();

  /**
   * Makes the object exist, whole and durable: file and directory fsynced, or acknowledged by the
   * store.
   *
   * @throws ObjectExistsException if the key was taken meanwhile; that object is untouched
   * @throws StorageException for any other failure, which leaves open whether the object exists (if
   *     it does, it is whole) and whether a power cut would take it back
   */
  void commit() throws StorageException;

  @Override
  void close();
}
