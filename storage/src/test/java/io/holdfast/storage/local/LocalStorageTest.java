package io.holdfast.storage.local;

import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import io.holdfast.storage.Storages;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class LocalStorageTest extends StorageContract {
  @TempDir Path directory;

  @Override
  protected Storage open() {
    return Storages.local(directory.resolve("not/yet/there"));
  }
}
