package io.holdfast.storage.mirror;

import io.holdfast.storage.Storages;

final class MemoryMirrorTest extends MirrorContract {
  MemoryMirrorTest() {
    super(Storages.memory("one"), Storages.memory("other"));
  }
}
