package io.holdfast.operations.restore;

import static io.holdfast.operations.restore.MadeUpPacks.directory;
import static io.holdfast.operations.restore.MadeUpPacks.file;
import static io.holdfast.operations.restore.MadeUpPacks.hole;
import static io.holdfast.operations.restore.MadeUpPacks.slice;
import static io.holdfast.operations.restore.MadeUpPacks.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TreeWriterTest {
  @TempDir private Path root;
  private final MadeUpPacks packs = new MadeUpPacks();
  private final Random random = new Random(42);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private long write(boolean delta, StoredFile... entries) {
    return write(delta, List.of(entries));
  }

  private long write(boolean delta, List<StoredFile> entries) {
    Ownership ownership = Ownership.of(false, Optional.empty(), Set.of());
    try (TreeWriter writer =
        new TreeWriter(root, delta, ownership, 3, packs::reader, Progress.NONE)) {
      entries.forEach(writer::add);
      return writer.finish();
    }
  }

  private byte[] read(String path) throws IOException {
    return Files.readAllBytes(root.resolve(path));
  }

  private static byte[] join(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Test
  void piecesOfOneFileComeFromManyPacksAndHolesReadAsZeros() throws IOException {
    byte[] a = bytes(3000);
    byte[] b = bytes(500);
    StoredFile entry =
        file(
            "base/1",
            hole(8192),
            slice(packs.store(1, a), 1000, 2000),
            hole(100_000),
            whole(packs.store(0, b)),
            hole(4096));
    write(false, directory("base"), entry);

    assertThat(read("base/1"))
        .isEqualTo(
            join(
                new byte[8192],
                Arrays.copyOfRange(a, 1000, 3000),
                new byte[100_000],
                b,
                new byte[4096]));
    assertThat((long) Files.getAttribute(root.resolve("base/1"), "unix:size"))
        .isEqualTo(entry.length());
  }

  @Test
  void aLargeFileIsPutTogetherStretchByStretchAlsoWhereAChunkServesTwoOfThem() throws IOException {
    byte[] shared = bytes(16_384);
    byte[] other = bytes(16_384);
    ChunkRef a = packs.store(0, shared);
    ChunkRef b = packs.store(1, other);
    long gap = TreeWriter.STRETCH - 3 * 8192;
    write(
        false,
        directory("base"),
        file("base/0", whole(b)),
        file(
            "base/1",
            slice(a, 0, 8192),
            slice(b, 0, 8192),
            hole(gap),
            slice(b, 8192, 8192),
            slice(a, 8192, 8192),
            hole(gap)),
        file("base/2", whole(a)));

    assertThat(read("base/0")).isEqualTo(other);
    assertThat(read("base/2")).isEqualTo(shared);
    assertThat(Files.size(root.resolve("base/1"))).isEqualTo(2 * gap + 4 * 8192);
    try (FileChannel file = FileChannel.open(root.resolve("base/1"))) {
      assertThat(part(file, 0)).isEqualTo(Arrays.copyOfRange(shared, 0, 8192));
      assertThat(part(file, 8192)).isEqualTo(Arrays.copyOfRange(other, 0, 8192));
      assertThat(part(file, 16_384)).containsOnly(0);
      assertThat(part(file, 16_384 + gap)).isEqualTo(Arrays.copyOfRange(other, 8192, 16_384));
      assertThat(part(file, 24_576 + gap)).isEqualTo(Arrays.copyOfRange(shared, 8192, 16_384));
    }
  }

  private static byte[] part(FileChannel file, long at) throws IOException {
    ByteBuffer part = ByteBuffer.allocate(8192);
    assertThat(file.read(part, at)).isEqualTo(8192);
    return part.array();
  }

  @Test
  void manySmallFilesShareAChunkWhichIsReadOnce() throws IOException {
    byte[] shared = bytes(900 * 100);
    ChunkRef chunk = packs.store(0, shared);
    List<StoredFile> entries = new ArrayList<>(List.of(directory("base")));
    for (int i = 0; i < 900; i++) {
      entries.add(file(String.format("base/%04d", i), slice(chunk, i * 100, 100)));
    }
    write(false, entries);

    assertThat(read("base/0457")).isEqualTo(Arrays.copyOfRange(shared, 45_700, 45_800));
    assertThat(packs.chunksRead).hasValue(1);
  }

  @Test
  void emptyFilesAndFilesOfHolesOnlyAreMade() throws IOException {
    write(false, directory("d"), file("d/empty"), file("d/zeros", hole(20_000)));

    assertThat(read("d/empty")).isEmpty();
    assertThat(read("d/zeros")).isEqualTo(new byte[20_000]);
  }

  @Test
  void moreFilesThanOneBatchHoldsAreAllWritten() throws IOException {
    List<StoredFile> entries = new ArrayList<>(List.of(directory("base")));
    for (int i = 0; i < 3500; i++) {
      entries.add(file(String.format("base/%04d", i), whole(packs.store(i % 3, bytes(10)))));
    }
    write(false, entries);

    try (var all = Files.list(root.resolve("base"))) {
      assertThat(all.filter(p -> p.toFile().length() == 10)).hasSize(3500);
    }
  }

  @Test
  void modesAreThoseOfTheBackup() throws IOException {
    StoredFile group = MadeUpPacks.entry("g/file", StoredFile.Kind.FILE, 0640, 0, List.of());
    StoredFile folder = MadeUpPacks.entry("g", StoredFile.Kind.DIRECTORY, 0750, 0, List.of());
    write(false, folder, group, file("own"));

    assertThat(Files.getPosixFilePermissions(root.resolve("g/file")))
        .isEqualTo(Ownership.permissions(0640));
    assertThat(Files.getPosixFilePermissions(root.resolve("g")))
        .isEqualTo(Ownership.permissions(0750));
    assertThat(Files.getPosixFilePermissions(root.resolve("own")))
        .isEqualTo(Ownership.permissions(0600));
  }

  @Test
  void namesOfAnyBytesAreWrittenAsTheyWere() throws IOException {
    String latin1 = "caf\u00e9 '\"\\ %41+";
    byte[] content = bytes(10);
    write(false, file(latin1, whole(packs.store(0, content))));

    assertThat(RawPath.below(root, latin1).toUri().getRawPath())
        .endsWith("/caf%E9%20'%22%5C%20%2541+");
    assertThat(Files.readAllBytes(RawPath.below(root, latin1))).isEqualTo(content);
  }

  @Test
  void pathsThatLeadOutAreRefused() {
    for (String path : List.of("/etc/x", "../x", "a/../../x", "a//b", ".", "")) {
      assertThatThrownBy(() -> write(false, file(path)))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("expected a path inside");
    }
  }

  @Test
  void aDamagedChunkNamesTheFile() {
    ChunkRef good = packs.store(0, bytes(100));
    ChunkRef bad = packs.store(0, bytes(100));
    packs.damage(bad);

    assertThatThrownBy(() ->
            write(
                false, directory("base"), file("base/1", whole(good)), file("base/2", whole(bad))))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessage("could not restore base/2: chunk 1 of pack 0 is damaged");
  }

  @Test
  void aDestinationThatCannotBeWrittenIsNamed() throws IOException {
    Files.createFile(root.resolve("base"));

    assertThatThrownBy(() -> write(false, file("base/1", whole(packs.store(0, bytes(9))))))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining(root + "/base/1")
        .hasMessageContaining("Not a directory");
  }

  private List<StoredFile> sample() {
    ChunkRef shared = packs.store(0, bytes(3000));
    return List.of(
        directory("base"),
        file("base/1", whole(packs.store(0, bytes(300_000))), whole(packs.store(1, bytes(50_000)))),
        file("base/2", slice(shared, 0, 1000)),
        file("base/3", slice(shared, 1000, 2000)),
        file("base/4", hole(90_000), whole(packs.store(1, bytes(10))), hole(70_000)),
        file("base/5"));
  }

  @Test
  void aDeltaOverAnEqualDirectoryReadsAndWritesNothing() {
    List<StoredFile> entries = sample();
    write(false, entries);
    packs.chunksRead.set(0);

    assertThat(write(true, entries)).isZero();
    assertThat(packs.chunksRead).hasValue(0);
  }

  @Test
  void aDeltaMendsEveryKindOfDamageAndWritesOnlyWhatDiffers() throws IOException {
    List<StoredFile> entries = sample();
    write(false, entries);
    byte[][] before = {read("base/1"), read("base/2"), read("base/3"), read("base/4")};
    for (int round = 0; round < 30; round++) {
      damage(root.resolve("base/" + (1 + random.nextInt(5))));

      long written = write(true, entries);

      assertThat(written).isLessThanOrEqualTo(350_000);
      assertThat(new byte[][] {read("base/1"), read("base/2"), read("base/3"), read("base/4")})
          .isDeepEqualTo(before);
      assertThat(read("base/5")).isEmpty();
    }
  }

  private void damage(Path file) throws IOException {
    switch (random.nextInt(6)) {
      case 0 -> Files.delete(file);
      case 1 -> Files.write(file, new byte[random.nextInt(200_000)]);
      case 2 -> Files.write(file, bytes(1 + random.nextInt(50_000)), StandardOpenOption.APPEND);
      case 3 -> {
        Files.delete(file);
        Files.createDirectories(file.resolve("a/b"));
      }
      case 4 -> {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/etc/passwd"));
      }
      default -> {
        byte[] content = Files.readAllBytes(file);
        if (content.length > 0) {
          content[random.nextInt(content.length)] ^= 1;
        }
        Files.write(file, content);
      }
    }
  }

  @Test
  void aDeltaDoesNotWriteThroughALinkThatStandsForADirectory(@TempDir Path elsewhere)
      throws IOException {
    Files.createSymbolicLink(root.resolve("base"), elsewhere);

    write(true, directory("base"), file("base/1", whole(packs.store(0, bytes(9)))));

    assertThat(elsewhere).isEmptyDirectory();
    assertThat(Files.isDirectory(root.resolve("base"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void partsOfAChunkThatAreUsedTwiceAreEachMended() throws IOException {
    ChunkRef shared = packs.store(0, bytes(1000));
    List<StoredFile> entries =
        List.of(directory("d"), file("d/1", whole(shared)), file("d/2", whole(shared)));
    write(false, entries);
    byte[] right = read("d/1");
    Files.write(root.resolve("d/1"), bytes(1000));

    assertThat(write(true, entries)).isEqualTo(1000);

    assertThat(read("d/1")).isEqualTo(right);
    assertThat(read("d/2")).isEqualTo(right);
  }
}
