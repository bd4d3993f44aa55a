package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.chunk;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.overwrite;
import static io.holdfast.repository.SampleRepository.read;
import static io.holdfast.repository.SampleRepository.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole and authentic bytes in the wrong place are damage too. */
final class SwapTest {
  private final Storage storage = Storages.memory("swap");
  private final byte[] one = noise(5000);
  private final byte[] other = noise(5000);

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void swappedChunksOfAPackAreNamed(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    backup(cluster, id(1), one, other);
    BackupReader reader = cluster.open(id(1));
    ChunkRef first = chunk(files(reader).get(0));
    ChunkRef second = chunk(files(reader).get(1));
    assertThat(first.storedLength()).isEqualTo(second.storedLength());
    String key = "clusters/main/packs/" + id(1) + "/000001.pack";
    swap(key, (int) first.offset(), (int) second.offset(), first.storedLength());
    assertThatThrownBy(() -> readAll(reader))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining("chunk 0 of " + key)
        .hasMessageContaining("expected frame 0, found frame 1");
    assertThat(cluster.scan(first.pack()).intact()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void swappedPayloadsOfAPackAreNamed(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    backup(cluster, id(1), one, other);
    BackupReader reader = cluster.open(id(1));
    ChunkRef first = chunk(files(reader).get(0));
    ChunkRef second = chunk(files(reader).get(1));
    String key = "clusters/main/packs/" + id(1) + "/000001.pack";
    swap(key, (int) first.offset() + 24, (int) second.offset() + 24, first.storedLength() - 24);
    assertThatThrownBy(() -> readAll(reader))
        .hasMessageContaining("chunk 0 of " + key)
        .hasMessageContaining("the seal does not fit");
    assertThat(cluster.scan(first.pack()).damage()).hasSize(2);
  }

  private void swap(String key, int at, int to, int length) {
    byte[] pack = read(storage, key);
    byte[] swapped = pack.clone();
    System.arraycopy(pack, at, swapped, to, length);
    System.arraycopy(pack, to, swapped, at, length);
    overwrite(storage, key, swapped);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void swappedPacksAreNamed(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    backup(cluster, id(1), one);
    backup(cluster, id(2), one);
    String first = "clusters/main/packs/" + id(1) + "/000001.pack";
    String second = "clusters/main/packs/" + id(2) + "/000001.pack";
    exchange(storage, first, storage, second);
    assertThatThrownBy(() -> readAll(cluster.open(id(1))))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining(first);
    PackRef pack = cluster.open(id(2)).manifest().packs().getFirst().pack();
    assertThat(cluster.scan(pack).damage().getFirst()).hasMessageContaining(second);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void swappedManifestsAreNamed(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    backup(cluster, id(1), one);
    backup(cluster, id(2), one);
    String first = "clusters/main/backups/" + id(1) + ".manifest";
    exchange(storage, first, storage, "clusters/main/backups/" + id(2) + ".manifest");
    assertThatThrownBy(() -> cluster.open(id(1)))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining(first);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void objectsSwappedBetweenNamesAreNamed(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    put(cluster, "a", one);
    put(cluster, "b", other);
    exchange(storage, "clusters/main/wal/a", storage, "clusters/main/wal/b");
    refused(cluster, "a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void objectsSwappedBetweenClustersAreNamed(boolean encrypted) {
    Repository repository = found(storage, encrypted);
    put(repository.cluster("main"), "a", one);
    put(repository.cluster("spare"), "a", other);
    exchange(storage, "clusters/main/wal/a", storage, "clusters/spare/wal/a");
    refused(repository.cluster("main"), "a");
    refused(repository.cluster("spare"), "a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void objectsOfAnotherRepositoryAreNamed(boolean encrypted) {
    Storage elsewhere = Storages.memory("elsewhere");
    ClusterArchive here = found(storage, encrypted).cluster("main");
    put(here, "a", one);
    put(found(elsewhere, encrypted).cluster("main"), "a", other);
    exchange(storage, "clusters/main/wal/a", elsewhere, "clusters/main/wal/a");
    refused(here, "a");
  }

  private static void put(ClusterArchive cluster, String name, byte[] content) {
    cluster.objects("wal").put(name, content, 0, content.length, Map.of());
  }

  private void refused(ClusterArchive cluster, String name) {
    SealedObjects wal = cluster.objects("wal");
    String key = "clusters/" + cluster.name() + "/wal/" + name;
    assertThatThrownBy(() -> wal.get(name, new ByteArrayOutputStream()))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining(key);
    assertThatThrownBy(() -> wal.find(name)).hasMessageContaining(key);
    assertThatThrownBy(() -> put(cluster, name, one)).hasMessageContaining(key);
  }

  private static void exchange(Storage one, String a, Storage two, String b) {
    byte[] first = read(one, a);
    byte[] second = read(two, b);
    overwrite(one, a, second);
    overwrite(two, b, first);
  }
}
