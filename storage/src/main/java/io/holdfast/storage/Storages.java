package io.holdfast.storage;

import io.holdfast.storage.limit.LimitedStorage;
import io.holdfast.storage.local.LocalStorage;
import io.holdfast.storage.memory.MemoryStorage;
import io.holdfast.storage.mirror.MirrorStorage;
import io.holdfast.storage.mirror.ReadingStorage;
import io.holdfast.storage.mirror.TimedStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The list of sites this room can reach. */
public final class Storages {
  private Storages() {}

  /** Objects as files below {@code root}, which the first write makes (0700) when missing. */
  public static Storage local(Path root) {
    return LocalStorage.at(root, Optional.empty());
  }

  /**
   * As above, for what {@link Placement#identityKey} identifies: once that was read, nothing is
   * written to or listed of another directory that takes the place of this one.
   */
  public static Storage local(Path root, Placement placement) {
    return LocalStorage.at(root, placement.identityKey());
  }

  /**
   * Several sites that hold the same objects, to write to. The first one is the primary.
   *
   * @param warnings what must be read: a site that is left out, an object that one lacks
   */
  public static Storage mirror(
      List<Site> sites, Placement placement, Consumer<String> warnings, Patience patience) {
    return MirrorStorage.of(sites, placement, warnings, patience);
  }

  /** The same sites, to read from, whichever of them can be reached. Refuses every change. */
  public static Storage reading(
      List<Site> sites, Placement placement, Consumer<String> warnings, Patience patience) {
    return ReadingStorage.of(sites, placement, warnings, patience);
  }

  /** A site whose calls fail instead of hanging; closing it closes the site. */
  public static Storage patient(Storage site, Patience patience) {
    return TimedStorage.over(site, patience);
  }

  /** A site to and from which only so much passes; closing it closes the site. */
  public static Storage limited(Storage site, RateLimit limit) {
    return LimitedStorage.over(site, limit);
  }

  /** Objects in memory; gone with the process. */
  public static Storage memory(String name) {
    return MemoryStorage.named(name);
  }
}
