package io.holdfast.repository.format;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import java.time.InstantSource;

/** Stub. */
public final class OpenRepository {
  private OpenRepository() {}

  public static Repository create(
      Storage storage, KeySource first, String label, InstantSource clock) {
    throw new UnsupportedOperationException("stub");
  }

  public static Repository open(Storage storage, KeySource keys, InstantSource clock) {
    throw new UnsupportedOperationException("stub");
  }

  public static boolean exists(Storage storage) {
    throw new UnsupportedOperationException("stub");
  }
}
