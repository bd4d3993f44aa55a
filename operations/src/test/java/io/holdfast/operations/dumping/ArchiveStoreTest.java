package io.holdfast.operations.dumping;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalDetails.Moment;
import io.holdfast.operations.logical.LogicalDetails.Server;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Made-up archives: what is stored of them, and that it is they. */
class ArchiveStoreTest {
  private static final int LENGTH = 12 << 20;
  private static final int PART = 2 << 20;
  private static final byte[] CONTENT = random(LENGTH, 1);

  private DumpRig rig = new DumpRig();
  private int made;

  @AfterEach
  void close() {
    rig.close();
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private record Stored(Manifest manifest, long fresh) {}

  private Stored store(byte[] content) throws IOException {
    BackupId id = new BackupId(String.format("20261126T12%02d%02dZ-test", made / 60, made++ % 60));
    Parents parents = Parents.find(rig.cluster, List.of("db"), Progress.NONE);
    try (BackupWriter writer = rig.cluster.begin(id, WriteOptions.DEFAULT);
        OpenEarlier earlier = parents.open("db", Progress.NONE)) {
      parents.inheritInto(writer);
      List<StoredFile> files = new ArrayList<>();
      ArchiveStore store;
      try (ChunkQueue queue = new ChunkQueue(writer.openSink(), "test")) {
        store =
            new ArchiveStore(
                1,
                "db",
                Instant.EPOCH,
                PART,
                writer.cutter(),
                earlier.archive(),
                queue,
                files::add);
        store.readAll(new ByteArrayInputStream(content), (bytes, offset, length) -> {});
        store.endArchive();
        store.storePieces();
        queue.finish();
      }
      files.forEach(writer::add);
      assertThat(store.length()).isEqualTo(content.length);
      Manifest manifest =
          writer.commit(
              new BackupWriter.Commit(
                  LogicalFiles.KIND,
                  parents.newest(),
                  Instant.EPOCH,
                  Instant.EPOCH,
                  content.length,
                  details().toJson()),
              () -> {});
      return new Stored(manifest, store.fresh());
    }
  }

  private static LogicalDetails details() {
    return new LogicalDetails(
        new Server(150000, "15.0", OptionalLong.empty(), false),
        "15.0",
        new Moment(Instant.EPOCH, Instant.EPOCH, true),
        List.of(new DumpedDatabase(1, "db", LENGTH, 0, 1, 1, 0, Duration.ZERO)),
        true,
        false,
        List.of(),
        List.of(),
        1,
        Duration.ZERO,
        LogicalDetails.Choice.ALL);
  }

  private static byte[] changed(int at, int without, byte[] added) {
    return ByteBuffer.allocate(LENGTH - without + added.length)
        .put(CONTENT, 0, at)
        .put(added)
        .put(CONTENT, at + without, LENGTH - at - without)
        .array();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSameContentIsStoredOnceWhateverTheParts(boolean encrypted) throws IOException {
    rig = new DumpRig(Storages.memory("same"), encrypted);
    Stored first = store(CONTENT);
    assertThat(first.fresh()).isEqualTo(LENGTH);
    Stored second = store(CONTENT);
    assertThat(second.fresh()).isZero();
    assertThat(rig.archive(second.manifest().id(), 1)).isEqualTo(CONTENT);
    assertThat(second.manifest().totals().bytesInherited()).isEqualTo(LENGTH);
    assertThat(second.manifest().totals().bytesStored()).isLessThan(LENGTH / 100);
  }

  @Test
  void whatIsPutInOrTakenOutCostsAFewPieces() throws IOException {
    store(CONTENT);
    Random random = new Random(3);
    for (int round = 0; round < 5; round++) {
      byte[] now = changed(random.nextInt(LENGTH - 5000), random.nextInt(5000), random(777, round));
      Stored stored = store(now);
      assertThat(stored.fresh()).isBetween(1L, 600_000L);
      assertThat(rig.archive(stored.manifest().id(), 1)).isEqualTo(now);
    }
  }

  @Test
  void whatMovedAFewPartsIsFoundAndWhatMovedFarIsStoredAnew() throws IOException {
    store(CONTENT);
    byte[] now =
        ByteBuffer.allocate(LENGTH)
            .put(CONTENT, 0, 4 << 20)
            .put(CONTENT, 6 << 20, LENGTH - (6 << 20))
            .put(CONTENT, 4 << 20, 2 << 20)
            .array();
    Stored stored = store(now);
    assertThat(stored.fresh()).isBetween(1L, 3L << 20);
    assertThat(rig.archive(stored.manifest().id(), 1)).isEqualTo(now);
  }

  @Test
  void manyGenerationsStayReadableAndDoNotAccumulateDeadChunks() throws IOException {
    byte[] now = CONTENT.clone();
    store(now);
    Random random = new Random(4);
    for (int day = 0; day < 80; day++) {
      for (int change = 0; change < 20; change++) {
        byte[] row = random(200, random.nextLong());
        System.arraycopy(row, 0, now, random.nextInt(now.length - row.length), row.length);
      }
      Stored stored = store(now);
      assertThat(rig.archive(stored.manifest().id(), 1)).isEqualTo(now);
      if (day > 0) {
        rig.cluster.delete(rig.cluster.backupIds().getFirst());
      }
    }
    // Chunks of which little is used are given up in time.
    List<ObjectStat> packs = new ArrayList<>();
    rig.storage.list("clusters/main/packs", packs::add);
    assertThat(packs.stream().mapToLong(ObjectStat::size).sum()).isLessThan(9L * LENGTH / 2);
  }

  @Test
  void anEmptyArchiveHasNoPart() throws IOException {
    Stored stored = store(new byte[0]);
    assertThat(rig.archive(stored.manifest().id(), 1)).isEmpty();
    assertThat(store(CONTENT).fresh()).isEqualTo(LENGTH);
  }

  @Test
  void aDamagedListOfPiecesCostsSpaceAndNothingElse() throws IOException {
    Stored first = store(CONTENT);
    StoredFile pieces = rig.files(first.manifest().id()).get(LogicalFiles.pieces(1));
    io.holdfast.repository.Extent.Slice slice =
        (io.holdfast.repository.Extent.Slice)
            java.util.Objects.requireNonNull(pieces).extents().getFirst();
    io.holdfast.storage.ObjectKey key =
        io.holdfast.storage.ObjectKey.of(
            String.format(
                "clusters/main/packs/%s/%06d.pack",
                slice.chunk().pack().backup(), slice.chunk().pack().number()));
    byte[] pack = new byte[(int) rig.storage.stat(key).orElseThrow().size()];
    rig.storage.read(key, 0, pack, 0, pack.length);
    pack[(int) slice.chunk().offset() + 30] ^= 1;
    rig.storage.delete(key);
    try (var writer = rig.storage.write(key)) {
      writer.write(pack, 0, pack.length);
      writer.commit();
    }
    Stored second = store(CONTENT);
    assertThat(second.fresh()).isEqualTo(LENGTH);
    assertThat(rig.archive(second.manifest().id(), 1)).isEqualTo(CONTENT);
  }
}
