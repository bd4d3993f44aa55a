package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.reopen;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentCutterTest {
  private static final int LENGTH = 16 << 20;
  private static final byte[] CONTENT = random(LENGTH, 1);

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static ContentCutter cutter(Storage storage, boolean encrypted) {
    try (Repository repository =
            Repository.exists(storage) ? reopen(storage, encrypted) : found(storage, encrypted);
        BackupWriter writer = repository.cluster("main").begin(id(1), WriteOptions.DEFAULT)) {
      return writer.cutter();
    }
  }

  private static List<ByteBuffer> cut(ContentCutter cutter, byte[] bytes) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = cutter.end(bytes, at, bytes.length);
      pieces.add(ByteBuffer.wrap(bytes, at, end - at));
      at = end;
    }
    return pieces;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void piecesMakeUpTheStreamAndKeepToTheirBounds(boolean encrypted) {
    List<ByteBuffer> pieces = cut(cutter(Storages.memory("cut"), encrypted), CONTENT);
    assertThat(pieces.stream().mapToInt(ByteBuffer::remaining).sum()).isEqualTo(LENGTH);
    assertThat(pieces.subList(0, pieces.size() - 1))
        .allMatch(piece -> piece.remaining() >= ContentCutter.LEAST)
        .allMatch(piece -> piece.remaining() <= ContentCutter.MOST);
    assertThat(LENGTH / pieces.size())
        .isBetween(ContentCutter.USUAL * 3 / 4, ContentCutter.USUAL * 3 / 2);
  }

  @Test
  void whatIsPutInOrTakenOutChangesOnlyThePiecesAroundIt() {
    ContentCutter cutter = cutter(Storages.memory("cut"), true);
    Set<ByteBuffer> before = new HashSet<>(cut(cutter, CONTENT));
    RandomGenerator random = new java.util.Random(2);
    for (int round = 0; round < 10; round++) {
      int at = random.nextInt(LENGTH);
      int without = random.nextInt(Math.min(1000, LENGTH - at));
      byte[] added = random(1 + random.nextInt(1000), round);
      byte[] changed =
          ByteBuffer.allocate(LENGTH - without + added.length)
              .put(CONTENT, 0, at)
              .put(added)
              .put(CONTENT, at + without, LENGTH - at - without)
              .array();
      List<ByteBuffer> after = cut(cutter, changed);
      assertThat(after.stream().filter(piece -> !before.contains(piece)).count()).isBetween(1L, 8L);
    }
  }

  @Test
  void theSameBytesAreCutAlikeWhereverTheyLieInABuffer() {
    ContentCutter cutter = cutter(Storages.memory("cut"), true);
    byte[] moved = new byte[LENGTH + 777];
    System.arraycopy(CONTENT, 0, moved, 777, LENGTH);
    for (int at = 0; at < LENGTH; ) {
      int end = cutter.end(CONTENT, at, LENGTH);
      int limit = Math.min(moved.length, at + 777 + ContentCutter.MOST);
      assertThat(cutter.end(moved, at + 777, limit)).isEqualTo(end + 777);
      at = end;
    }
  }

  @Test
  void zerosAreCutAlikeAndShortEndsAreKeptWhole() {
    ContentCutter cutter = cutter(Storages.memory("cut"), true);
    byte[] zeros = new byte[ContentCutter.MOST + 5];
    int once = cutter.end(zeros, 0, zeros.length);
    assertThat(once).isBetween(ContentCutter.LEAST, ContentCutter.MOST);
    assertThat(cutter.end(zeros, 5, zeros.length)).isEqualTo(once + 5);
    assertThat(cutter.end(CONTENT, 100, 101)).isEqualTo(101);
    assertThat(cutter.end(CONTENT, 0, ContentCutter.LEAST)).isEqualTo(ContentCutter.LEAST);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneRepositoryAlwaysCutsAlikeAndAnotherOneElsewhere(boolean encrypted) {
    Storage storage = Storages.memory("cut");
    List<ByteBuffer> first = cut(cutter(storage, encrypted), CONTENT);
    assertThat(cut(cutter(storage, encrypted), CONTENT)).isEqualTo(first);
    Set<ByteBuffer> other = new HashSet<>(cut(cutter(Storages.memory("2"), encrypted), CONTENT));
    assertThat(first.stream().filter(other::contains).count()).isLessThan(3);
  }
}
