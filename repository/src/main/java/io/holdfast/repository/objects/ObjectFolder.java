package io.holdfast.repository.objects;

import io.holdfast.repository.DifferentContentException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObject;
import io.holdfast.repository.SealedObjects;
import io.holdfast.repository.container.ContainerWriter;
import io.holdfast.repository.container.FrameSealer;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.format.ObjectHeadFormat;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** The sealed objects of one area of a cluster. */
public final class ObjectFolder implements SealedObjects {
  private final Vault vault;
  private final String folder;
  private final ObjectOpener opener;

  public ObjectFolder(Vault vault, String folder) {
    this.vault = vault;
    this.folder = folder;
    this.opener = new ObjectOpener(vault);
  }

  private ObjectKey key(String name) {
    return ObjectKey.of(folder + "/" + name);
  }

  @Override
  public Put put(String name, Path content, Map<String, String> attributes) {
    return put(name, new Content.InFile(content), attributes);
  }

  @Override
  public Put put(
      String name, byte[] content, int offset, int length, Map<String, String> attributes) {
    return put(name, new Content.InMemory(content, offset, length), attributes);
  }

  private Put put(String name, Content content, Map<String, String> attributes) {
    ContentHash hash = ContentHash.of(content);
    SealedObject head = new SealedObject(name, hash.length(), hash.sha256(), attributes);
    try {
      vault.frames().sealing(sealer -> store(head, hash, content, sealer));
      return Put.STORED;
    } catch (ObjectExistsException e) {
      requireSame(head);
      return Put.SAME_ALREADY_THERE;
    }
  }

  private long store(SealedObject head, ContentHash hash, Content content, FrameSealer sealer) {
    ObjectKey key = key(head.name());
    try (ContainerWriter writer =
        ContainerWriter.into(vault.storage().write(key), key, Kind.OBJECT, vault.keys(), sealer)) {
      byte[] text = ObjectHeadFormat.encode(head);
      writer.append(Purpose.HEAD, text, 0, text.length);
      CRC32C again = new CRC32C();
      content.pieces(
          ObjectHeadFormat.FRAME,
          (bytes, offset, length) -> {
            again.update(bytes, offset, length);
            writer.append(Purpose.DATA, bytes, offset, length);
          });
      if (again.getValue() != hash.crc32c()) {
        throw new HoldfastException(
            ExitStatus.SOURCE_FAILED,
            "could not store "
                + head.name()
                + ": expected the content to stay as it is, found that it changed meanwhile",
            "Store it when it is complete.");
      }
      long size = writer.finish();
      requireStored(key, size);
      return size;
    }
  }

  /** Whoever is told "durable" may delete the original, so the store is asked once more. */
  private void requireStored(ObjectKey key, long size) {
    long found =
        vault
            .storage()
            .stat(key)
            .orElseThrow(() -> RepositoryDamagedException.missing(key, null))
            .size();
    if (found != size) {
      throw RepositoryDamagedException.of(key, size + " bytes, as just written", found);
    }
  }

  /** The object that is there must be whole and hold the same bytes. */
  private void requireSame(SealedObject ours) {
    SealedObject theirs = opener.whole(ours.name(), key(ours.name()));
    if (theirs.length() != ours.length() || !theirs.sha256().equals(ours.sha256())) {
      throw new DifferentContentException(ours.name(), ours.sha256(), theirs.sha256());
    }
  }

  @Override
  public void spread(String name) {
    vault.storage().copies().spread(key(name));
  }

  @Override
  public Optional<SealedObject> find(String name) {
    return opener.head(name, key(name));
  }

  @Override
  public Optional<SealedObject> get(String name, OutputStream to) {
    return opener.get(name, key(name), to);
  }

  @Override
  public void list(String prefix, Consumer<Entry> consumer) {
    String below = prefix.isEmpty() ? folder : folder + "/" + prefix;
    vault
        .storage()
        .list(
            below,
            stat ->
                consumer.accept(
                    new Entry(stat.key().text().substring(folder.length() + 1), stat.size())));
  }

  @Override
  public List<String> folders() {
    return vault.storage().folders(folder);
  }

  @Override
  public void delete(String name) {
    vault.storage().delete(key(name));
  }
}
