package io.holdfast.storage.local;

import io.holdfast.storage.Storage;
import java.nio.file.Path;

/** Stub. */
public final class LocalStorage {
  private LocalStorage() {}

  public static Storage at(Path root) {
    throw new UnsupportedOperationException("stub");
  }
}
