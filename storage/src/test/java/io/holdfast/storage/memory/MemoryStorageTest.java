package io.holdfast.storage.memory;

import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import io.holdfast.storage.Storages;

final class MemoryStorageTest extends StorageContract {
  @Override
  protected Storage open() {
    return Storages.memory("test");
  }
}
