package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ByteSize;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a restore needs of each file system, and what is free there.
 *
 * @param place the first directory on it
 */
record Space(Path place, long needed, long free) {
  /** Segments that replay keeps at once; beyond that they are recycled. */
  private static final long WAL_KEPT = 1L << 30;

  private static final long MARGIN = 64L << 20;

  /**
   * @param existing count what lies there already as free: a delta writes over it
   */
  static List<Space> of(
      Path directory,
      Inventory inventory,
      TablespaceMap tablespaces,
      long walBytes,
      boolean existing)
      throws IOException {
    Map<FileStore, Space> stores = new LinkedHashMap<>();
    long inTablespaces = tablespaces.places().stream().mapToLong(TablespaceMap.Place::bytes).sum();
    long wal = Math.min(walBytes, WAL_KEPT) + MARGIN;
    add(stores, directory, inventory.bytes() - inTablespaces + wal, existing);
    for (TablespaceMap.Place place : tablespaces.places()) {
      add(stores, place.to(), place.bytes(), existing);
    }
    return new ArrayList<>(stores.values());
  }

  private static void add(
      Map<FileStore, Space> stores, Path directory, long bytes, boolean existing)
      throws IOException {
    FileStore store = Files.getFileStore(Premises.nearestExisting(directory));
    long reused =
        existing && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
            ? Tree.bytes(directory)
            : 0;
    Space before = stores.getOrDefault(store, new Space(directory, 0, store.getUsableSpace()));
    stores.put(
        store,
        new Space(before.place(), before.needed() + Math.max(0, bytes - reused), before.free()));
  }

  boolean enough() {
    return needed <= free;
  }

  /**
   * @throws TooLittleSpaceException if not
   */
  void check() {
    if (!enough()) {
      throw new TooLittleSpaceException(
          "could not restore into "
              + place
              + ": expected "
              + ByteSize.format(needed)
              + " free, found "
              + ByteSize.format(free),
          "Free space, choose another directory with --to, or move tablespaces with"
              + " --tablespace.");
    }
  }
}
