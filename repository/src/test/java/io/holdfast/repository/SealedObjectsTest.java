package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.reopen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.SealedObjects.Put;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SealedObjectsTest {
  private static final Map<String, String> ATTRIBUTES = Map.of("timeline", "1", "büro", "\u2603");

  private final Storage storage = Storages.memory("objects");
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void contentOfAnySizeComesBack(boolean encrypted) throws IOException {
    try (Repository repository = found(storage, encrypted)) {
      SealedObjects wal = repository.cluster("main").objects("wal");
      for (int size : new int[] {0, 1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_500_000}) {
        byte[] content = content(size, 7);
        Path file = Files.write(directory.resolve("segment"), content);
        byte[] framed = new byte[size + 20];
        System.arraycopy(content, 0, framed, 10, size);
        assertThat(wal.put("tli/" + size, file, ATTRIBUTES)).isEqualTo(Put.STORED);
        assertThat(wal.put("tli/" + size, framed, 10, size, ATTRIBUTES))
            .isEqualTo(Put.SAME_ALREADY_THERE);
      }
    }
    try (Repository repository = reopen(storage, encrypted)) {
      SealedObjects wal = repository.cluster("main").objects("wal");
      List<String> names = new ArrayList<>();
      wal.list(
          "",
          entry -> {
            names.add(entry.name());
            ByteArrayOutputStream to = new ByteArrayOutputStream();
            SealedObject got = wal.get(entry.name(), to).orElseThrow();
            assertThat(got).isEqualTo(wal.find(entry.name()).orElseThrow());
            assertThat(got.attributes()).isEqualTo(ATTRIBUTES);
            assertThat(got.length()).isEqualTo(to.size());
            assertThat("tli/" + to.size()).isEqualTo(entry.name());
          });
      assertThat(names).hasSize(7);
      wal.delete("tli/0");
      assertThat(wal.find("tli/0")).isEmpty();
      assertThat(wal.get("tli/0", new ByteArrayOutputStream())).isEmpty();
      List<String> below = new ArrayList<>();
      wal.list("tli", entry -> below.add(entry.name()));
      assertThat(below).hasSize(6).doesNotContain("tli/0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void otherBytesUnderTheSameNameAreRefusedAndNothingChanges(boolean encrypted) {
    SealedObjects wal = found(storage, encrypted).cluster("main").objects("wal");
    byte[] one = content(5000, 1);
    byte[] other = one.clone();
    other[4999] ^= 1;
    wal.put("a", one, 0, 5000, Map.of());
    assertThatThrownBy(() -> wal.put("a", other, 0, 5000, Map.of()))
        .isInstanceOf(DifferentContentException.class)
        .hasMessageContaining("a");
    assertThatThrownBy(() -> wal.put("a", one, 0, 4999, Map.of()))
        .isInstanceOf(DifferentContentException.class);
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    wal.get("a", to);
    assertThat(to.toByteArray()).isEqualTo(one);
  }

  @Test
  void largeAttributesAreReadAsWell() {
    SealedObjects wal = found(storage, true).cluster("main").objects("wal");
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      many.put("key" + i, Integer.toString(i * 7919).repeat(20));
    }
    wal.put("a", new byte[10], 0, 10, many);
    assertThat(wal.find("a").orElseThrow().attributes()).isEqualTo(many);
  }

  @Test
  void aFileThatChangesMeanwhileIsNotStored() throws IOException {
    Path file = Files.write(directory.resolve("growing"), new byte[100]);
    Storage touching =
        FaultyStorage.over(storage, 1)
            .before((number, call, what) -> {
              if (what.endsWith("/wal/a")) {
                try {
                  Files.write(file, new byte[101]);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            });
    SealedObjects wal = found(touching, true).cluster("main").objects("wal");
    assertThatThrownBy(() -> wal.put("a", file, Map.of()))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("changed meanwhile");
    assertThat(wal.find("a")).isEmpty();
  }

  @Test
  void areasThatHoldOtherThingsAreRefused() {
    ClusterArchive cluster = found(storage, true).cluster("main");
    for (String area : List.of("packs", "backups", "leases", "documents", "", "../x", "A")) {
      assertThatThrownBy(() -> cluster.objects(area)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void manyThreadsPutAndGetAtOnce() throws Exception {
    SealedObjects wal = found(storage, true).cluster("main").objects("wal");
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        byte[] content = content(10_000 + i, i);
        String name = "s" + i;
        work.add(
            threads.submit(() -> {
              wal.put(name, content, 0, content.length, Map.of());
              ByteArrayOutputStream to = new ByteArrayOutputStream();
              wal.get(name, to);
              assertThat(Arrays.equals(to.toByteArray(), content)).isTrue();
            }));
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void documentsAreReplacedAsAWhole(boolean encrypted) {
    ClusterArchive cluster = found(storage, encrypted).cluster("main");
    assertThat(cluster.document("cluster")).isEmpty();
    cluster.putDocument("cluster", new byte[] {1});
    cluster.putDocument("cluster", content(2_500_000, 3));
    cluster.putDocument("cluster", new byte[] {2, 3});
    assertThat(cluster.document("cluster")).contains(new byte[] {2, 3});
    cluster.putDocument("empty", new byte[0]);
    assertThat(cluster.document("empty")).contains(new byte[0]);
    assertThat(reopen(storage, encrypted).clusters()).containsExactly("main");
  }
}
