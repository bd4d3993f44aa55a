package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.bytes;
import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.directory;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.link;
import static io.holdfast.repository.SampleRepository.reopen;
import static io.holdfast.repository.SampleRepository.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BackupRoundTripTest {
  private final Storage memory = Storages.memory("round trip");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filesComeBackAsTheyWere(boolean encrypted, @TempDir Path directory) {
    Storage storage = Storages.local(directory.resolve("repository"));
    byte[] first = content(100_000, 1);
    byte[] second = content(3_000_000, 2);
    List<StoredFile> added = new ArrayList<>();
    try (Repository repository = found(storage, encrypted);
        BackupWriter writer =
            repository.cluster("main").begin(id(1), new WriteOptions(1 << 20, 3))) {
      List<ChunkRef> chunks = new ArrayList<>();
      try (ChunkSink one = writer.openSink();
          ChunkSink other = writer.openSink()) {
        chunks.add(one.store(first, 0, first.length));
        for (int at = 0; at < second.length; at += 1 << 20) {
          chunks.add(other.store(second, at, Math.min(1 << 20, second.length - at)));
        }
      }
      List<Extent> second3 = chunks.subList(1, 4).stream().map(SampleRepository::whole).toList();
      added.add(directory("base"));
      added.add(file("base/1", List.of(whole(chunks.get(0)), new Extent.Hole(8192))));
      added.add(file("base/2", second3));
      added.add(file("base/empty", List.of()));
      added.add(
          file("base/slice", List.of(new Extent.Slice(100, chunks.get(0), 50), second3.get(0))));
      added.add(link("base/\u00e4-link", "/ma\u00f1ana"));
      added.forEach(writer::add);
      Manifest written = commit(writer);
      assertThat(written.totals().files()).isEqualTo(4);
      assertThat(written.packs()).hasSize(5);
      assertThat(stored(storage)).isEqualTo(written.totals().bytesStored());
    }
    try (Repository repository = reopen(storage, encrypted)) {
      BackupReader reader = repository.cluster("main").open(id(1));
      assertThat(files(reader)).isEqualTo(added);
      assertThat(reader.manifest().details().path("note").stringValue()).isEqualTo("kept unread");
      try (ChunkReader chunks = reader.openReader()) {
        assertThat(bytes(chunks, added.get(1))).isEqualTo(Arrays.copyOf(first, 108_192));
        assertThat(bytes(chunks, added.get(2))).isEqualTo(second);
        byte[] slice = bytes(chunks, added.get(4));
        assertThat(Arrays.copyOf(slice, 100)).isEqualTo(Arrays.copyOfRange(first, 50, 150));
      }
      assertThat(repository.cluster("main").orphans()).isEmpty();
    }
  }

  @Test
  void aRangeOfPathsIsReadWithoutTheRest() {
    byte[] bytes = content(100_000, 1);
    List<StoredFile> added = new ArrayList<>();
    try (Repository repository = found(memory, true)) {
      try (BackupWriter writer = repository.cluster("main").begin(id(1), WriteOptions.DEFAULT)) {
        ChunkRef chunk;
        try (ChunkSink sink = writer.openSink()) {
          chunk = sink.store(bytes, 0, bytes.length);
        }
        List<Extent> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
          many.add(new Extent.Slice(1 + i % 7, chunk, i));
        }
        added.add(file("a", List.of(whole(chunk))));
        added.add(file("b", many));
        added.add(file("c", many));
        added.add(file("c-", List.of()));
        added.add(file("d/e", many));
        added.add(file("d/f", List.of(whole(chunk))));
        added.forEach(writer::add);
        commit(writer);
      }
      BackupReader reader = repository.cluster("main").open(id(1));
      for (int from = 0; from < added.size(); from++) {
        for (int to = from; to < added.size(); to++) {
          List<StoredFile> range = new ArrayList<>();
          reader.files(added.get(from).path(), added.get(to).path(), range::add);
          assertThat(range).isEqualTo(added.subList(from, to + 1));
        }
      }
      List<StoredFile> none = new ArrayList<>();
      reader.files("bb", "bc", none::add);
      assertThat(none).isEmpty();
    }
  }

  private static long stored(Storage storage) {
    List<ObjectStat> all = new ArrayList<>();
    storage.list("clusters", all::add);
    return all.stream()
        .filter(stat -> !stat.key().text().contains("/leases/"))
        .mapToLong(ObjectStat::size)
        .sum();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void neighboursAreReadInOneGoAndInOrder(boolean encrypted) {
    try (Repository repository = found(memory, encrypted)) {
      ClusterArchive cluster = repository.cluster("main");
      byte[][] contents = new byte[40][];
      Arrays.setAll(contents, i -> content(300_000, i));
      SampleRepository.backup(cluster, id(1), contents);
      BackupReader reader = cluster.open(id(1));
      List<ChunkRef> chunks =
          files(reader).stream().map(f -> ((Extent.Slice) f.extents().getFirst()).chunk()).toList();
      List<ChunkRef> wanted = new ArrayList<>(chunks);
      wanted.remove(7);
      List<ChunkRef> seen = new ArrayList<>();
      try (ChunkReader chunkReader = reader.openReader()) {
        chunkReader.read(
            chunks.getFirst().pack(),
            wanted,
            (chunk, bytes) -> {
              seen.add(chunk);
              assertThat(Arrays.copyOf(bytes, chunk.rawLength()))
                  .isEqualTo(contents[chunk.number()]);
              assertThat(chunkReader.fingerprint(contents[chunk.number()], 0, chunk.rawLength()))
                  .isEqualTo(chunk.fingerprint());
            });
      }
      assertThat(seen).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closingWithoutCommitLeavesNothing(boolean encrypted) {
    try (Repository repository = found(memory, encrypted)) {
      ClusterArchive cluster = repository.cluster("main");
      try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
        try (ChunkSink sink = writer.openSink()) {
          sink.store(content(1000, 1), 0, 1000);
        }
      }
      List<ObjectStat> left = new ArrayList<>();
      memory.list("clusters", left::add);
      assertThat(left).isEmpty();
      assertThat(cluster.backupIds()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBackupThatDoesNotExistIsAUsageError(boolean encrypted) {
    try (Repository repository = found(memory, encrypted)) {
      assertThatThrownBy(() -> repository.cluster("main").open(id(1)))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("found no such backup");
    }
  }
}
