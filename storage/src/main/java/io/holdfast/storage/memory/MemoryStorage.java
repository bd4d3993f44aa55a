package io.holdfast.storage.memory;

import io.holdfast.storage.Storage;

/** Stub. */
public final class MemoryStorage {
  private MemoryStorage() {}

  public static Storage named(String name) {
    throw new UnsupportedOperationException("stub");
  }
}
