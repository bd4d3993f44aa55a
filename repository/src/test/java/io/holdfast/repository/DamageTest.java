package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.chunk;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.overwrite;
import static io.holdfast.repository.SampleRepository.read;
import static io.holdfast.repository.SampleRepository.readAll;
import static io.holdfast.repository.SampleRepository.reopen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte of every kind of object is changed, and every length is cut short. */
final class DamageTest {
  private static final String ROOT = "clusters/main/";
  private static final String MANIFEST = ROOT + "backups/" + id(1) + ".manifest";
  private static final String PACK = ROOT + "packs/" + id(1) + "/000001.pack";
  private static final String SECTIONS = ROOT + "packs/" + id(1) + "/000002.pack";
  private static final String OBJECT = ROOT + "wal/0001/segment";
  private static final String DOCUMENT = ROOT + "documents/cluster";

  private final Storage storage = Storages.memory("damage");
  private final byte[] first =
      "the first file, shorter when compressed ..........".getBytes(StandardCharsets.US_ASCII);
  private final byte[] second = content(60, 2);

  private ClusterArchive fill(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    backup(cluster, id(1), first, second);
    cluster.objects("wal").put("0001/segment", first, 0, first.length, Map.of("tli", "1"));
    cluster.putDocument("cluster", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    return cluster;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyFlippedByteOfAPackIsFound(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    PackRef pack = cluster.open(id(1)).manifest().packs().getFirst().pack();
    assertThat(cluster.scan(pack).intact()).isTrue();
    forEachFlip(
        PACK,
        at -> {
          assertThat(cluster.scan(pack).damage()).as("byte %d", at).isNotEmpty();
          assertThat(cluster.scan(pack).damage().getFirst()).hasMessageContaining(PACK);
          contentIsRightOrRefused(cluster, at);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyFlippedByteOfASectionIsFoundOrHarmless(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    List<StoredFile> files = files(cluster.open(id(1)));
    PackRef pack = cluster.open(id(1)).manifest().packs().getLast().pack();
    forEachFlip(
        SECTIONS,
        at -> {
          assertThat(cluster.scan(pack).intact()).as("byte %d", at).isFalse();
          try {
            assertThat(files(cluster.open(id(1)))).as("byte %d", at).isEqualTo(files);
          } catch (RepositoryDamagedException e) {
            assertThat(e).hasMessageContaining(SECTIONS);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyFlippedByteOfAManifestIsFound(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    forEachFlip(MANIFEST, at -> refused(at, MANIFEST, () -> cluster.open(id(1))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyFlippedByteOfASealedObjectIsFound(boolean encrypted) {
    SealedObjects wal = fill(encrypted).objects("wal");
    SealedObject head = wal.find("0001/segment").orElseThrow();
    forEachFlip(
        OBJECT,
        at -> {
          refused(at, OBJECT, () -> wal.get("0001/segment", new ByteArrayOutputStream()));
          try {
            assertThat(wal.find("0001/segment")).as("byte %d", at).contains(head);
          } catch (RepositoryDamagedException e) {
            assertThat(e).hasMessageContaining(OBJECT);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyFlippedByteOfADocumentIsFound(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    forEachFlip(DOCUMENT, at -> refused(at, DOCUMENT, () -> cluster.document("cluster")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyFlippedByteOfTheDescriptionIsFoundOrHarmless(boolean encrypted) {
    fill(encrypted);
    flipAndReopen("holdfast.json", encrypted);
  }

  @ParameterizedTest
  @ValueSource(booleans = true)
  void anyFlippedByteOfAKeySlotIsFoundOrHarmless(boolean encrypted) {
    fill(encrypted);
    flipAndReopen(keys(storage, "keys").getFirst(), encrypted);
  }

  private void flipAndReopen(String key, boolean encrypted) {
    forEachFlip(
        key,
        at -> {
          try (Repository repository = reopen(storage, encrypted)) {
            readAll(repository.cluster("main").open(id(1)));
            repository.keySlots().ifPresent(KeySlots::list);
          } catch (HoldfastException e) {
            assertThat(e.getMessage()).as("byte %d", at).contains("could not");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyMissingTailIsFound(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    PackRef pack = cluster.open(id(1)).manifest().packs().getFirst().pack();
    SealedObjects wal = cluster.objects("wal");
    forEachLength(
        PACK,
        at -> {
          assertThat(cluster.scan(pack).intact()).as("%d bytes", at).isFalse();
          assertThat(cluster.packSize(pack)).hasValue(at);
          contentIsRightOrRefused(cluster, at);
        });
    forEachLength(MANIFEST, at -> refused(at, MANIFEST, () -> cluster.open(id(1))));
    forEachLength(DOCUMENT, at -> refused(at, DOCUMENT, () -> cluster.document("cluster")));
    forEachLength(
        OBJECT,
        at -> {
          refused(at, OBJECT, () -> wal.get("0001/segment", new ByteArrayOutputStream()));
          refused(
              at,
              OBJECT,
              () -> wal.put("0001/segment", first, 0, first.length, Map.of("tli", "1")));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesBehindTheEndAreFound(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    PackRef pack = cluster.open(id(1)).manifest().packs().getFirst().pack();
    for (String key : List.of(PACK, MANIFEST, OBJECT, DOCUMENT)) {
      byte[] whole = read(storage, key);
      overwrite(storage, key, Arrays.copyOf(whole, whole.length + 1));
    }
    assertThat(cluster.scan(pack).intact()).isFalse();
    refused(-1, MANIFEST, () -> cluster.open(id(1)));
    refused(-1, DOCUMENT, () -> cluster.document("cluster"));
    refused(
        -1, OBJECT, () -> cluster.objects("wal").get("0001/segment", new ByteArrayOutputStream()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMissingPackIsNamed(boolean encrypted) {
    ClusterArchive cluster = fill(encrypted);
    BackupReader reader = cluster.open(id(1));
    storage.delete(ObjectKey.of(PACK));
    assertThatThrownBy(() -> readAll(reader))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining(PACK)
        .hasMessageContaining("no such object");
    PackRef pack = reader.manifest().packs().getFirst().pack();
    assertThat(cluster.packSize(pack)).isEmpty();
    assertThat(cluster.scan(pack).intact()).isFalse();
    storage.delete(ObjectKey.of(SECTIONS));
    assertThatThrownBy(() -> files(reader)).hasMessageContaining(SECTIONS);
  }

  /** Reading the files gives what was stored, or names pack and chunk. */
  private void contentIsRightOrRefused(ClusterArchive cluster, int at) {
    BackupReader reader = cluster.open(id(1));
    List<StoredFile> files = files(reader);
    List<byte[]> contents = List.of(first, second);
    for (int i = 0; i < 2; i++) {
      try (ChunkReader chunks = reader.openReader()) {
        byte[] found = chunks.read(chunk(files.get(i)));
        assertThat(Arrays.copyOf(found, contents.get(i).length))
            .as("byte %d", at)
            .isEqualTo(contents.get(i));
      } catch (HoldfastException e) {
        assertThat(e).hasMessageContaining(PACK);
      }
    }
  }

  private void forEachFlip(String key, Consumer<Integer> check) {
    byte[] whole = read(storage, key);
    for (int at = 0; at < whole.length; at++) {
      for (int bits : new int[] {1 << (at % 8), 0xFF}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) bits;
        overwrite(storage, key, flipped);
        check.accept(at);
      }
    }
    overwrite(storage, key, whole);
  }

  private void forEachLength(String key, Consumer<Integer> check) {
    byte[] whole = read(storage, key);
    for (int length = 0; length < whole.length; length++) {
      overwrite(storage, key, Arrays.copyOf(whole, length));
      check.accept(length);
    }
    overwrite(storage, key, whole);
  }

  private static void refused(int at, String key, Runnable read) {
    try {
      read.run();
    } catch (HoldfastException e) {
      assertThat(e.getMessage()).as("byte %d", at).contains(key);
      return;
    }
    fail("nobody noticed byte %d of %s", at, key);
  }
}
