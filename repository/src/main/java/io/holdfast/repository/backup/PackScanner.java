package io.holdfast.repository.backup;

import io.holdfast.repository.PackRef;
import io.holdfast.repository.PackScan;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.container.ContainerReader;
import io.holdfast.repository.container.ContainerTail;
import io.holdfast.repository.container.FrameOpener;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import java.util.ArrayList;
import java.util.List;

/** Reads one pack from its beginning to its end and authenticates everything in it. */
public final class PackScanner {
  private final Vault vault;
  private final ObjectKey key;
  private final PackRef pack;
  private final List<RepositoryDamagedException> damage = new ArrayList<>();
  private int chunks;
  private long rawBytes;
  private long size;

  private PackScanner(Vault vault, ObjectKey key, PackRef pack) {
    this.vault = vault;
    this.key = key;
    this.pack = pack;
  }

  public static PackScan scan(Vault vault, ObjectKey key, PackRef pack) {
    return vault.frames().opening(opener -> new PackScanner(vault, key, pack).scan(opener));
  }

  /**
   * Authenticates the end of a pack and that its frames fill it; reads no chunk.
   *
   * @throws RepositoryDamagedException if it is not what was written, or another pack
   */
  public static void checkEnd(Vault vault, ObjectKey key, PackRef pack) {
    vault
        .frames()
        .opening(opener -> {
          try (ContainerReader reader =
              ContainerReader.open(vault.storage(), key, Kind.PACK, vault.keys(), opener)) {
            if (!reader.header().container().equals(pack.id())) {
              throw RepositoryDamagedException.of(
                  key, "pack " + pack.id(), "pack " + reader.header().container());
            }
            long size =
                vault
                    .storage()
                    .stat(key)
                    .orElseThrow(() -> RepositoryDamagedException.missing(key, null))
                    .size();
            return ContainerTail.read(vault.storage(), key, size, opener);
          } catch (ObjectMissingException e) {
            throw RepositoryDamagedException.missing(key, e);
          }
        });
  }

  private PackScan scan(FrameOpener opener) {
    try (ContainerReader reader =
        ContainerReader.open(vault.storage(), key, Kind.PACK, vault.keys(), opener)) {
      if (!reader.header().container().equals(pack.id())) {
        throw RepositoryDamagedException.of(
            key, "pack " + pack.id(), "pack " + reader.header().container());
      }
      while (reader.next()) {
        chunk(reader);
      }
      size = reader.offset();
    } catch (RepositoryDamagedException e) {
      damage.add(e);
    } catch (ObjectMissingException e) {
      damage.add(RepositoryDamagedException.missing(key, e));
    }
    return new PackScan(pack, size, chunks, rawBytes, damage);
  }

  /**
   * A chunk that does not open is noted; its length is known, so the others are still read.
   * Whatever purpose a later version gave it, a chunk that opens is as it was written.
   */
  private void chunk(ContainerReader reader) {
    try {
      reader.content();
      chunks++;
      rawBytes += reader.frame().rawLength();
    } catch (RepositoryDamagedException e) {
      damage.add(e);
    }
  }
}
