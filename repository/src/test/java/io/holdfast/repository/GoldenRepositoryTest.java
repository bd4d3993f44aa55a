package io.holdfast.repository;

import static io.holdfast.repository.GoldenRepository.CHANGED;
import static io.holdfast.repository.GoldenRepository.FIRST;
import static io.holdfast.repository.GoldenRepository.FULL;
import static io.holdfast.repository.GoldenRepository.NEXT;
import static io.holdfast.repository.GoldenRepository.PASSPHRASE;
import static io.holdfast.repository.GoldenRepository.PRIVATE_KEY;
import static io.holdfast.repository.GoldenRepository.SECOND;
import static io.holdfast.repository.SampleRepository.CLOCK;
import static io.holdfast.repository.SampleRepository.bytes;
import static io.holdfast.repository.SampleRepository.files;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories that format 1 wrote keep opening, whatever happens to the code. */
final class GoldenRepositoryTest {
  @TempDir private Path directory;

  private Storage golden(String name) throws IOException, URISyntaxException {
    URL resource = Objects.requireNonNull(getClass().getResource("/golden/format-1/" + name));
    Path from = Path.of(resource.toURI());
    Path to = directory.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
    return Storages.local(to);
  }

  @Test
  void thePassphraseOpensIt() throws Exception {
    inspect(golden("encrypted"), new KeySource.Keys(List.of(PASSPHRASE), List.of()));
  }

  @Test
  void thePrivateKeyOpensIt() throws Exception {
    inspect(golden("encrypted"), new KeySource.Keys(List.of(), List.of(PRIVATE_KEY)));
  }

  @Test
  void theUnencryptedOneOpens() throws Exception {
    inspect(golden("plain"), new KeySource.None());
  }

  private static void inspect(Storage storage, KeySource keys) {
    try (Repository repository = Repository.open(storage, keys, CLOCK)) {
      assertThat(repository.clusters()).containsExactly("main");
      ClusterArchive cluster = repository.cluster("main");
      assertThat(cluster.backupIds()).containsExactly(FULL, NEXT);
      assertThat(cluster.document("cluster")).contains(GoldenRepository.CARD);
      assertThat(cluster.orphans()).isEmpty();
      inspectWal(cluster.objects("wal"));
      inspectFull(cluster.open(FULL));
      inspectNext(cluster.open(NEXT));
      cluster
          .open(NEXT)
          .manifest()
          .packs()
          .forEach(use -> assertThat(cluster.scan(use.pack()).intact()).isTrue());
    }
  }

  private static void inspectWal(SealedObjects wal) {
    ByteArrayOutputStream segment = new ByteArrayOutputStream();
    SealedObject head = wal.get("1/000000010000000000000003", segment).orElseThrow();
    assertThat(segment.toByteArray()).isEqualTo(GoldenRepository.SEGMENT);
    assertThat(head.attributes()).isEqualTo(GoldenRepository.ATTRIBUTES);
  }

  private static void inspectFull(BackupReader full) {
    List<StoredFile> files = files(full);
    List<ChunkRef> chunks =
        List.of(SampleRepository.chunk(files.get(1)), SampleRepository.chunk(files.get(2)));
    assertThat(files).isEqualTo(GoldenRepository.fullFiles(chunks));
    try (ChunkReader reader = full.openReader()) {
      byte[] sparse = Arrays.copyOf(FIRST, FIRST.length + 8192 + 9);
      System.arraycopy(FIRST, 4, sparse, FIRST.length + 8192, 9);
      assertThat(bytes(reader, files.get(1))).isEqualTo(sparse);
      assertThat(bytes(reader, files.get(2))).isEqualTo(SECOND);
    }
  }

  private static void inspectNext(BackupReader next) {
    Manifest manifest = next.manifest();
    assertThat(manifest.packs()).hasSize(3);
    assertThat(manifest.totals().files()).isEqualTo(2);
    assertThat(manifest.totals().bytesInherited()).isEqualTo(FIRST.length - CHANGED.length + 9L);
    try (ChunkReader reader = next.openReader()) {
      byte[] patched = Arrays.copyOf(FIRST, FIRST.length + 8192 + 9);
      System.arraycopy(CHANGED, 0, patched, GoldenRepository.PATCHED_AT, CHANGED.length);
      System.arraycopy(FIRST, 4, patched, FIRST.length + 8192, 9);
      assertThat(bytes(reader, files(next).get(1))).isEqualTo(patched);
      assertThat(bytes(reader, files(next).get(2))).isEqualTo(CHANGED);
    }
  }
}
