package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.container.TextContainer;
import io.holdfast.repository.container.TextContainer.Text;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.format.ManifestDecoder;
import io.holdfast.repository.format.ManifestFormat;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The manifests of a cluster. Thread-safe. */
public final class ManifestStore {
  private final Vault vault;
  private final ClusterLayout layout;

  public ManifestStore(Vault vault, ClusterLayout layout) {
    this.vault = vault;
    this.layout = layout;
  }

  /** Ids of all manifests, in order. Reads names only. */
  public List<BackupId> ids() {
    List<BackupId> ids = new ArrayList<>();
    vault
        .storage()
        .list(layout.backups(), stat -> layout.manifestOf(stat.key()).ifPresent(ids::add));
    ids.sort(null);
    return ids;
  }

  public boolean exists(BackupId id) {
    return vault.storage().stat(layout.manifest(id)).isPresent();
  }

  /** Empty if there is no such manifest. */
  public Optional<Manifest> read(BackupId id) {
    return vault.anyCopy(layout.manifest(id), copy -> read(copy, id));
  }

  private Optional<Manifest> read(Vault copy, BackupId id) {
    ObjectKey key = layout.manifest(id);
    ManifestDecoder decoder = new ManifestDecoder(key);
    long size;
    try {
      size = TextContainer.read(copy, key, Kind.MANIFEST, decoder::frame);
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
    return Optional.of(checked(id, decoder.manifest(size)));
  }

  private Manifest checked(BackupId id, Manifest manifest) {
    ObjectKey key = layout.manifest(id);
    if (!manifest.id().equals(id) || !manifest.cluster().equals(layout.cluster())) {
      throw RepositoryDamagedException.of(
          key,
          "backup " + id + " of " + layout.cluster(),
          "backup " + manifest.id() + " of " + manifest.cluster());
    }
    return manifest;
  }

  /** The manifest as it lies there, to be created elsewhere; empty if there is none. */
  Optional<Sealed> sealed(BackupId id) {
    ObjectKey key = layout.manifest(id);
    byte[] container;
    try {
      container = stored(key, Integer.MAX_VALUE);
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
    ManifestDecoder decoder = new ManifestDecoder(key);
    TextContainer.read(vault, key, Kind.MANIFEST, container, decoder::frame);
    return Optional.of(new Sealed(container, checked(id, decoder.manifest(container.length))));
  }

  /** A manifest that is ready to be created, and what will be read from it. */
  record Sealed(byte[] container, Manifest manifest) {}

  /** Seals a manifest, and opens it again to be sure that it can be. */
  Sealed seal(Manifest manifest, long bytesInPacks) {
    ObjectKey key = layout.manifest(manifest.id());
    ManifestFormat.Encoded encoded = ManifestFormat.encode(manifest, bytesInPacks);
    List<Text> texts = new ArrayList<>();
    texts.add(new Text(Purpose.HEAD, encoded.head()));
    encoded.tables().forEach(table -> texts.add(new Text(Purpose.TEXT, table)));
    byte[] container = TextContainer.encode(vault, key, Kind.MANIFEST, texts);
    ManifestDecoder decoder = new ManifestDecoder(key);
    TextContainer.read(vault, key, Kind.MANIFEST, container, decoder::frame);
    Manifest read = checked(manifest.id(), decoder.manifest(container.length));
    return new Sealed(container, read);
  }

  /** Creates it: this is the commit of a backup. */
  void create(Sealed sealed) {
    vault.storage().create(layout.manifest(sealed.manifest().id()), sealed.container());
  }

  /**
   * As above, where the same one may lie already.
   *
   * @throws RepositoryDamagedException if another one does; it was left alone
   */
  void createOrFind(Sealed sealed) {
    try {
      create(sealed);
      confirm(sealed);
    } catch (ObjectExistsException e) {
      ObjectKey key = layout.manifest(sealed.manifest().id());
      if (!Arrays.equals(stored(key, sealed.container().length + 1), sealed.container())) {
        throw RepositoryDamagedException.of(key, "the same manifest or none", "another one");
      }
    }
  }

  /**
   * Reads a manifest back that was just created; takes it away again if it is not what was written,
   * for then it is no backup.
   */
  void confirm(Sealed sealed) {
    ObjectKey key = layout.manifest(sealed.manifest().id());
    if (!Arrays.equals(stored(key, sealed.container().length + 1), sealed.container())) {
      vault.storage().delete(key);
      throw RepositoryDamagedException.of(key, "what was just written", "other bytes");
    }
  }

  private byte[] stored(ObjectKey key, int most) {
    try (InputStream in = vault.storage().stream(key, 0)) {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw new StorageException(
          "could not read " + key + " from " + vault.storage().description(), null, e);
    }
  }

  public void delete(BackupId id) {
    vault.storage().delete(layout.manifest(id));
  }
}
