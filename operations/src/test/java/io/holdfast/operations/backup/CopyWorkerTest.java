package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RelationFile;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to files that change between being listed and being read. */
class CopyWorkerTest {
  @TempDir Path folder;
  private final List<byte[]> chunks = new ArrayList<>();
  private final FindingsTally tally = new FindingsTally();
  private CopyWorker worker;

  @BeforeEach
  void open() {
    worker = worker(Duration.ofMillis(300));
  }

  private CopyWorker worker(Duration dropPatience) {
    return new CopyWorker(
        new CopyWorker.Tools(
            EntryReader.local(folder),
            new Kept(chunks),
            () -> {
              throw new AssertionError("there is no parent");
            },
            Optional.empty(),
            new AuditSample(1, new SplittableRandom(1))),
        new CopyWorker.Rules(
            tally,
            new RateLimit(0, System::nanoTime),
            dropPatience,
            Set.of(),
            Progress.NONE,
            note -> {}));
  }

  @Test
  void aRelationThatGrewIsReadUpToItsListedLength() throws Exception {
    byte[] content = write("base/5/16384", 4 * 8192);

    Copy copy = copySmall(entry("base/5/16384", 3 * 8192));

    assertThat(bytes(copy)).isEqualTo(Arrays.copyOf(content, 3 * 8192));
  }

  @Test
  void anyOtherFileThatGrewIsReadToItsEnd() throws Exception {
    byte[] content = write("postgresql.auto.conf", 3_000_000);

    assertThat(bytes(copySmall(entry("postgresql.auto.conf", 88)))).isEqualTo(content);
  }

  @Test
  void theLastSliceOfALargeOrdinaryFileGoesToItsEnd() throws Exception {
    byte[] content = write("log.txt", 3_000_000);
    Entry entry = entry("log.txt", 2_500_000);

    Copy first = copy(new Piece.Slice(Planned.whole(entry), 0, 1_000_000, false)).getFirst();
    Copy last = copy(new Piece.Slice(Planned.whole(entry), 1_000_000, 2_500_000, true)).getFirst();

    assertThat(bytes(first)).isEqualTo(Arrays.copyOf(content, 1_000_000));
    assertThat(bytes(last)).isEqualTo(Arrays.copyOfRange(content, 1_000_000, 3_000_000));
  }

  @Test
  void whatShrankIsStoredAsItIs() throws Exception {
    byte[] content = write("base/5/16384", 2 * 8192);

    Copy copy = copySmall(entry("base/5/16384", 5 * 8192));

    assertThat(bytes(copy)).isEqualTo(content);
    assertThat(copy.complete()).isFalse();
  }

  @Test
  void aSliceBeyondTheNewEndIsEmptyAndIncomplete() throws Exception {
    write("base/5/16384", 8192);

    Copy copy =
        copy(new Piece.Slice(
                Planned.whole(entry("base/5/16384", 1 << 20)), 512 << 10, 1 << 20, true))
            .getFirst();

    assertThat(copy.length()).isZero();
    assertThat(copy.complete()).isFalse();
    assertThat(copy.vanished()).isFalse();
  }

  @Test
  void aRelationThatVanishedIsLeftOut() throws Exception {
    assertThat(copySmall(entry("base/5/16384", 8192)).vanished()).isTrue();
  }

  @Test
  void aFileWithoutWhichNothingStartsMustNotVanish() {
    assertThatThrownBy(() -> copySmall(entry("PG_VERSION", 3)))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("vanished");
  }

  @Test
  void theVersionFileOfADroppedDatabaseMayVanishWithItsDirectory() throws Exception {
    assertThat(copySmall(entry("base/77/PG_VERSION", 3)).vanished()).isTrue();

    Files.createDirectories(folder.resolve("base/78"));
    assertThatThrownBy(() -> copySmall(entry("base/78/PG_VERSION", 3)))
        .isInstanceOf(PostgresException.class);
  }

  @Test
  void aDatabaseThatIsBeingDroppedMayLoseItsFilesBeforeItsDirectory() throws Exception {
    Path database = Files.createDirectories(folder.resolve("base/79"));
    Thread drop = Thread.ofPlatform().unstarted(() -> delete(database));
    try (CopyWorker patient = worker(Duration.ofMinutes(1))) {
      drop.start();
      assertThat(
              patient
                  .copy(new Piece.Batch(List.of(Planned.whole(entry("base/79/PG_VERSION", 3)))))
                  .getFirst()
                  .vanished())
          .isTrue();
    }
    drop.join();
  }

  private static void delete(Path directory) {
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aRelationOfAnOddLengthIsStoredAndNoted() throws Exception {
    byte[] content = write("base/5/16384", 8192 + 17);

    assertThat(bytes(copySmall(entry("base/5/16384", 8192 + 17)))).isEqualTo(content);
    assertThat(tally.total(Lsn.parse("0/0")).oddFiles()).containsExactly("base/5/16384");
  }

  @Test
  void smallFilesShareChunksAndKeepTheirBytesApart() throws Exception {
    List<Entry> entries = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String path = "base/5/" + (20000 + i);
      contents.add(write(path, 8192 * (1 + i % 5)));
      entries.add(entry(path, 8192L * (1 + i % 5)));
    }

    List<Copy> copies = copy(new Piece.Batch(entries.stream().map(Planned::whole).toList()));

    for (int i = 0; i < 100; i++) {
      assertThat(bytes(copies.get(i))).isEqualTo(contents.get(i));
    }
    assertThat(chunks.size()).isLessThan(4);
  }

  private Copy copySmall(Entry entry) throws InterruptedException {
    return copy(new Piece.Batch(List.of(Planned.whole(entry)))).getFirst();
  }

  private List<Copy> copy(Piece piece) throws InterruptedException {
    return worker.copy(piece);
  }

  private byte[] write(String path, int length) throws IOException {
    byte[] content = new byte[length];
    new SplittableRandom(length).nextBytes(content);
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent() == null ? folder : file.getParent());
    return Files.write(file, content).equals(file) ? content : new byte[0];
  }

  private Entry entry(String path, long size) {
    return new Entry(
        path,
        path,
        Entry.Kind.FILE,
        0600,
        "postgres",
        "postgres",
        FileTime.fromMillis(0),
        size,
        "",
        RelationFile.parse(path));
  }

  private byte[] bytes(Copy copy) {
    byte[] all = new byte[(int) copy.length()];
    int at = 0;
    for (Extent extent : copy.extents()) {
      Extent.Slice slice = (Extent.Slice) extent;
      System.arraycopy(
          chunks.get(slice.chunk().number()), slice.offset(), all, at, (int) slice.length());
      at += (int) slice.length();
    }
    assertThat(at).isEqualTo(all.length);
    return all;
  }

  private record Kept(List<byte[]> chunks) implements ChunkSink {
    private static final PackRef PACK =
        new PackRef(new BackupId("20261122T081700Z-abcd"), 0, new UUID(1, 2));

    @Override
    public ChunkRef store(byte[] raw, int offset, int length) {
      chunks.add(Arrays.copyOfRange(raw, offset, offset + length));
      return new ChunkRef(PACK, chunks.size() - 1, 0, length, length, 0);
    }

    @Override
    public void close() {}
  }
}
