package io.holdfast.storage.mirror;

import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class LocalMirrorTest extends MirrorContract {
  @TempDir Path directory;

  LocalMirrorTest() {
    super(Storages.memory("not yet"), Storages.memory("not yet"));
  }

  @Override
  protected Storage open() {
    between(Storages.local(directory.resolve("one")), Storages.local(directory.resolve("other")));
    return super.open();
  }
}
