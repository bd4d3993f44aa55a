package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.DifferentContentException;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SealedObjects.Put;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalArchiveTest {
  private static final WalSegment SEGMENT = MadeUpWal.segment(1, 5);
  private static final WalFacts NO_FACTS =
      new WalFacts(18, Optional.empty(), Optional.empty(), Optional.empty());
  private static final String HISTORY = "1\t0/500800\tno recovery target specified\n";

  @TempDir private Path directory;

  private final ClusterArchive cluster =
      Repository.create(
              Storages.memory("wal"),
              new KeySource.None(),
              "",
              InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z")))
          .cluster("shop");
  private final WalArchive archive = WalArchive.of(cluster, MadeUpWal.SYSTEM, MadeUpWal.SIZE);

  @Test
  void theSameSegmentAgainIsSuccessAndOtherBytesAreNot() {
    byte[] content = MadeUpWal.content(SEGMENT);
    assertThat(archive.put(SEGMENT, content)).isEqualTo(Put.STORED);
    assertThat(archive.put(SEGMENT, content)).isEqualTo(Put.SAME_ALREADY_THERE);
    byte[] other = content.clone();
    other[77_777]++;
    assertThatThrownBy(() -> archive.put(SEGMENT, other))
        .isInstanceOf(DifferentContentException.class);
    assertThat(fetched(SEGMENT.name())).isEqualTo(content);
  }

  @Test
  void aFileThatContradictsStoredPartsIsRefused() throws IOException {
    byte[] content = MadeUpWal.content(SEGMENT);
    archive.putPart(SEGMENT, 0, content, 0, 100_000, NO_FACTS);
    byte[] other = content.clone();
    other[77_777]++;
    Path damaged = Files.write(directory.resolve(SEGMENT.name()), other);
    assertThatThrownBy(() -> archive.putFile(SEGMENT.name(), damaged))
        .hasMessageContaining("other bytes from " + SEGMENT.start().plus(77_777));
    Files.write(damaged, content);
    assertThat(archive.putFile(SEGMENT.name(), damaged)).isEqualTo(Put.STORED);
  }

  @Test
  void aFileIsStoredAndFetchedByteForByte() throws IOException {
    Path file = Files.write(directory.resolve(SEGMENT.name()), MadeUpWal.content(SEGMENT));
    assertThat(archive.putFile(SEGMENT.name(), file)).isEqualTo(Put.STORED);
    assertThat(archive.put(SEGMENT, MadeUpWal.content(SEGMENT))).isEqualTo(Put.SAME_ALREADY_THERE);
    Path back = directory.resolve("RECOVERYXLOG");
    assertThat(archive.fetch(SEGMENT.name(), back))
        .contains(new FetchedWal(SEGMENT.name(), MadeUpWal.SIZE, MadeUpWal.SIZE));
    assertThat(back).hasBinaryContent(MadeUpWal.content(SEGMENT));
    assertThat(names(directory)).containsExactlyInAnyOrder(SEGMENT.name(), "RECOVERYXLOG");
  }

  @Test
  void whatIsNotThereIsEmptyAndLeavesNoFile() {
    assertThat(archive.fetch(SEGMENT.name(), directory.resolve("RECOVERYXLOG"))).isEmpty();
    assertThat(archive.fetch("00000002.history", directory.resolve("RECOVERYHISTORY"))).isEmpty();
    assertThat(archive.has(SEGMENT.name())).isFalse();
    assertThat(names(directory)).isEmpty();
  }

  @Test
  void walOfAnotherServerIsRefused() {
    refused(MadeUpWal.content(SEGMENT, 99, 1, 0), "system identifier");
  }

  @Test
  void aRenamedSegmentIsRefused() {
    refused(MadeUpWal.content(MadeUpWal.segment(1, 6)), "WAL that begins at 0/600000");
  }

  @Test
  void aSegmentOfALaterTimelineIsRefused() {
    refused(MadeUpWal.content(SEGMENT, MadeUpWal.SYSTEM, 2, 0), "timeline 2");
  }

  @Test
  void aShortFileIsRefused() {
    refused(Arrays.copyOf(MadeUpWal.content(SEGMENT), 8192), "8192 bytes");
  }

  @Test
  void zerosAreRefused() {
    refused(new byte[MadeUpWal.SIZE], "none");
  }

  @Test
  void aTimelinesFirstSegmentMayBeginWithItsParentsPages() {
    archive.putHistory(2, HISTORY.getBytes(StandardCharsets.US_ASCII));
    WalSegment first = SEGMENT.onTimeline(2);
    assertThat(archive.put(first, MadeUpWal.content(first, MadeUpWal.SYSTEM, 1, 0)))
        .isEqualTo(Put.STORED);
    WalSegment second = first.next();
    assertThatThrownBy(() -> archive.put(second, MadeUpWal.content(second, MadeUpWal.SYSTEM, 1, 0)))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("expected WAL of timeline 2, found WAL of timeline 1");
  }

  @Test
  void partsGiveTheBeginningAndZerosTheRest() {
    byte[] content = MadeUpWal.content(SEGMENT);
    part(content, 0, 8192);
    part(content, 8192, 300_000);
    byte[] expected = new byte[MadeUpWal.SIZE];
    System.arraycopy(content, 0, expected, 0, 300_000);
    assertThat(fetched(SEGMENT.name())).isEqualTo(expected);
    assertThat(
            archive.fetch(SEGMENT.name(), new ByteArrayOutputStream()).orElseThrow().validBytes())
        .isEqualTo(300_000);
    assertThat(archive.ranges(1))
        .containsExactly(new WalRange(1, SEGMENT.start(), SEGMENT.start().plus(300_000), true));
  }

  @Test
  void overlappingPartsGiveEachByteOnce() {
    byte[] content = MadeUpWal.content(SEGMENT);
    part(content, 0, 8192);
    part(content, 4096, 20_000);
    part(content, 0, 16_384);
    part(content, 20_000, 20_001);
    assertThat(Arrays.copyOf(fetched(SEGMENT.name()), 20_001))
        .isEqualTo(Arrays.copyOf(content, 20_001));
  }

  @Test
  void theWholeSegmentIsPreferredAndItsPartsCanGo() {
    byte[] content = MadeUpWal.content(SEGMENT);
    part(content, 0, 8192);
    archive.put(SEGMENT, content);
    assertThat(fetched(SEGMENT.name())).isEqualTo(content);
    archive.deleteParts(SEGMENT);
    assertThat(archive.parts(SEGMENT)).isEmpty();
    assertThat(fetched(SEGMENT.name())).isEqualTo(content);
  }

  @Test
  void aPartOfAnotherServerIsRefused() {
    byte[] alien = MadeUpWal.content(SEGMENT, 99, 1, 0);
    assertThatThrownBy(() -> part(alien, 0, 8192)).hasMessageContaining("system identifier");
  }

  @Test
  void historyAndBackupFilesAreKeptAsTheyAre() throws IOException {
    byte[] history = HISTORY.getBytes(StandardCharsets.US_ASCII);
    Path file = Files.write(directory.resolve("h"), history);
    archive.putFile("00000002.history", file);
    assertThat(fetched("00000002.history")).isEqualTo(history);
    assertThat(archive.history(2).orElseThrow().endOf(1)).contains(Lsn.parse("0/500800"));
    assertThat(archive.history(3)).isEmpty();
    assertThat(archive.history(1)).contains(TimelineHistory.root(1));
    String backup = "000000010000000000000005.00000028.backup";
    archive.putFile(backup, file);
    assertThat(fetched(backup)).isEqualTo(history);
    assertThat(archive.timelines()).containsExactly(1, 2);
  }

  @Test
  void aPartialFileOfAPromotionIsKeptUnderItsOwnName() throws IOException {
    Path file = Files.write(directory.resolve("p"), MadeUpWal.content(SEGMENT));
    archive.putFile(SEGMENT.name() + ".partial", file);
    assertThat(archive.has(SEGMENT.name() + ".partial")).isTrue();
    assertThat(archive.has(SEGMENT.name())).isFalse();
    assertThat(archive.ranges(1)).isEmpty();
  }

  @Test
  void namesThatPostgresDoesNotArchiveAreRefused() {
    assertThatThrownBy(() -> archive.putFile("../x", directory))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("is not the name of a WAL segment");
    assertThatThrownBy(() -> archive.has(SEGMENT.name() + ".part/00000000-00000001"))
        .isInstanceOf(HoldfastException.class);
  }

  @Test
  void theArchiveTellsWhoseItIsAndHowLargeItsSegmentsAre() {
    assertThat(WalArchive.systemIdentifiers(cluster)).isEmpty();
    assertThat(WalArchive.find(cluster, MadeUpWal.SYSTEM)).isEmpty();
    archive.putHistory(2, HISTORY.getBytes(StandardCharsets.US_ASCII));
    archive.put(SEGMENT, MadeUpWal.content(SEGMENT));
    assertThat(WalArchive.systemIdentifiers(cluster)).containsExactly(MadeUpWal.SYSTEM);
    assertThat(WalArchive.find(cluster, MadeUpWal.SYSTEM).orElseThrow().segmentSize())
        .isEqualTo(MadeUpWal.SIZE);
  }

  @Test
  void listingTellsEverythingByName() {
    archive.putHistory(2, HISTORY.getBytes(StandardCharsets.US_ASCII));
    archive.put(SEGMENT, MadeUpWal.content(SEGMENT));
    WalSegment next = SEGMENT.onTimeline(2);
    archive.putPart(next, 0, MadeUpWal.content(next), 0, 8192, NO_FACTS);
    List<WalItem> items = new ArrayList<>();
    archive.list(items::add);
    assertThat(items)
        .satisfiesExactly(
            item -> assertThat(item).isInstanceOf(WalItem.Segment.class),
            item -> assertThat(item).isInstanceOf(WalItem.History.class),
            item -> assertThat(item).isInstanceOf(WalItem.Part.class));
    WalInventory inventory = archive.inventory();
    assertThat(inventory.segments()).isEqualTo(1);
    assertThat(inventory.histories()).containsOnlyKeys(2);
    assertThat(archive.covers(inventory.path(2), SEGMENT.start(), SEGMENT.start().plus(8192)))
        .isTrue();
  }

  private void refused(byte[] content, String reason) {
    assertThatThrownBy(() -> archive.put(SEGMENT, content))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining(reason);
    assertThat(archive.has(SEGMENT.name())).isFalse();
  }

  private void part(byte[] content, int from, int to) {
    archive.putPart(SEGMENT, from, content, from, to - from, NO_FACTS);
  }

  private byte[] fetched(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(archive.fetch(name, out)).isPresent();
    return out.toByteArray();
  }

  private static List<String> names(Path directory) {
    try (var files = Files.list(directory)) {
      return files.map(f -> String.valueOf(f.getFileName())).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
