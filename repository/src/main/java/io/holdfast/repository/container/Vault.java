package io.holdfast.repository.container;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.Copies;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.util.function.Function;

/** An open repository as its parts see it: where things lie and what seals them. */
public record Vault(Storage storage, Keyring keys, FramePool frames) {
  /** The same repository on one of its sites, or wherever else it lies. */
  public Vault on(Storage other) {
    return new Vault(other, keys, frames);
  }

  /** On the site that decides: where something is deleted for good, it is deleted there alone. */
  public Vault onPrimary() {
    return storage.copies().primary().map(site -> on(site.storage())).orElse(this);
  }

  /**
   * Reads, and where the object turns out to be damaged, reads another site's copy of it.
   *
   * @param read leaves nothing behind when it fails, for it is repeated
   * @throws RepositoryDamagedException of the first copy, if no other one is better
   */
  public <T> T anyCopy(ObjectKey key, Function<Vault, T> read) {
    try {
      return read.apply(this);
    } catch (RepositoryDamagedException damaged) {
      Copies copies = storage.copies();
      for (Site site : copies.sites()) {
        try {
          T found = read.apply(on(site.storage()));
          copies.warn(
              "read " + key + " from site " + site.name() + ", for: " + damaged.getMessage());
          return found;
        } catch (RepositoryDamagedException | StorageException other) {
          damaged.addSuppressed(other);
        }
      }
      throw damaged;
    }
  }
}
