package io.holdfast.storage;

import io.holdfast.storage.local.LocalStorage;
import io.holdfast.storage.memory.MemoryStorage;
import java.nio.file.Path;

/** The list of sites this room can reach. */
public final class Storages {
  private Storages() {}

  /** Objects as files below {@code root}, which the first write makes (0700) when missing. */
  public static Storage local(Path root) {
    return LocalStorage.at(root);
  }

  /** Objects in memory; gone with the process. */
  public static Storage memory(String name) {
    return MemoryStorage.named(name);
  }
}
