package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner on WAL made to measure. */
final class RecordScannerTest {
  private static final int MIB = 1 << 20;

  private final List<WalRecord> records = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void readsRecordsAcrossPagesAndSegmentsOfAnySize(int mebibytes) {
    WalWriter writer = new WalWriter(SupportedVersion.V15, mebibytes * MIB, 3);
    List<Long> starts = new ArrayList<>();
    Random random = new Random(mebibytes);
    while (writer.position() < (3L + 2) * mebibytes * MIB) {
      starts.add(writer.record(10, 0, 7, new byte[random.nextInt(60_000)]));
    }
    WalScanner scanner = scanner(writer);
    feedWhole(scanner, writer);
    assertThat(records.stream().map(r -> r.start().value())).isEqualTo(starts);
    assertThat(scanner.endReason().orElseThrow()).startsWith("found zeros at");
    assertThat(scanner.validUpTo()).isEqualTo(new Lsn(writer.position()));
  }

  @Test
  void readsTheSameInPiecesOfAnySize() {
    WalWriter writer = mixed(SupportedVersion.V17, 11);
    byte[] bytes = writer.bytes();
    feedWhole(scanner(writer), writer);
    List<WalRecord> whole = List.copyOf(records);
    assertThat(whole).hasSizeGreaterThan(100);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      records.clear();
      WalScanner scanner = scanner(writer);
      int largest = seed == 0 ? 1 : random.nextInt(1, 30_000);
      int at = 0;
      while (at < bytes.length) {
        int length = Math.min(bytes.length - at, random.nextInt(largest) + 1);
        byte[] piece = new byte[length + 7];
        System.arraycopy(bytes, at, piece, 7, length);
        if (!scanner.feed(new Lsn(writer.start + at), piece, 7, length)) {
          break;
        }
        Arrays.fill(piece, (byte) 0x55);
        at += length;
      }
      assertThat(records).as("seed %s", seed).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 100, 8152, 8153, 8160, 40_000, MIB})
  void skipsTheRestOfARecordBegunEarlier(int rest) {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    writer.tail(rest);
    long first = writer.record(1, 0, 5, commit(0));
    WalScanner scanner = scanner(writer);
    feedWhole(scanner, writer);
    assertThat(records).extracting(WalRecord::start).containsExactly(new Lsn(first));
  }

  @Test
  void goesOnBehindASwitchInTheNextSegment() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    writer.record(10, 0, 5, new byte[20]);
    long at = writer.switchSegment();
    long next = writer.record(10, 0, 6, new byte[20]);
    WalScanner scanner = scanner(writer);
    feedWhole(scanner, writer);
    assertThat(records).hasSize(3);
    assertThat(records.get(1))
        .isEqualTo(new WalRecord(new Lsn(at), new Lsn(2 * MIB), 0, new WalRecord.Switch()));
    assertThat(records.get(2).start()).isEqualTo(new Lsn(next)).isEqualTo(new Lsn(2 * MIB + 40));
  }

  @Test
  void doesNotMindWhatLiesBehindASwitch() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    writer.record(10, 0, 5, new byte[21]);
    writer.switchSegment();
    long next = writer.record(10, 0, 6, new byte[20]);
    byte[] bytes = writer.bytes();
    Arrays.fill(bytes, 200, MIB, (byte) 0x77);
    scanner(writer).feed(new Lsn(writer.start), bytes, 0, bytes.length);
    assertThat(records).hasSize(3).last().extracting(r -> r.start().value()).isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(ints = {8152, 12, 24, 3, 20_000})
  void dropsARecordGivenUpAfterACrash(int written) {
    WalWriter writer = new WalWriter(SupportedVersion.V16, MIB, 1);
    int filler = WalWriter.PAGE - 40 - 24 - 24 + Math.floorMod(-written, 8) - written;
    writer.record(10, 0, 5, new byte[filler > 0 ? filler : 96]);
    long given = writer.abandoned(new byte[30_000], written);
    long next = writer.record(10, 0, 6, new byte[20]);
    WalScanner scanner = scanner(writer);
    feedWhole(scanner, writer);
    assertThat(records).extracting(r -> r.start().value()).doesNotContain(given).endsWith(next);
    assertThat(records).hasSize(3);
    assertThat(records.get(1).meaning()).isEqualTo(new WalRecord.Other(0, 0xD0));
  }

  @Test
  void verifiesWhatAnOverwriteSaysItReplaces() {
    WalWriter writer = new WalWriter(SupportedVersion.V16, MIB, 1);
    writer.record(10, 0, 5, new byte[8000]);
    writer.abandoned(new byte[30_000], 2000);
    WalWriter other = new WalWriter(SupportedVersion.V16, MIB, 1);
    other.record(10, 0, 5, new byte[8008]);
    other.abandoned(new byte[30_000], 2000);
    byte[] bytes = writer.bytes();
    int page = 2 * WalWriter.PAGE;
    System.arraycopy(other.bytes(), page, bytes, page, WalWriter.PAGE);
    WalScanner scanner = scanner(writer);
    assertThat(scanner.feed(new Lsn(MIB), bytes, 0, bytes.length)).isFalse();
    assertThat(records).hasSize(1);
    assertThat(scanner.endReason().orElseThrow()).contains("does not give up the one at");
  }

  @Test
  void startsAtAPageThatGivesUpARecordOfTheSegmentBefore() {
    WalWriter writer = new WalWriter(SupportedVersion.V16, MIB, 1);
    while (writer.position() < 2 * MIB - 3000) {
      writer.record(10, 0, 5, new byte[1000]);
    }
    writer.abandoned(new byte[30_000], (int) (2 * MIB - writer.position()));
    byte[] bytes = writer.bytes();
    WalScanner scanner = scanner(writer);
    scanner.feed(new Lsn(2 * MIB), bytes, MIB, MIB);
    assertThat(records).hasSize(1);
    assertThat(records.getFirst().meaning()).isEqualTo(new WalRecord.Other(0, 0xD0));
  }

  @Test
  void endsAtAStalePage() {
    WalWriter old = mixed(SupportedVersion.V15, 1);
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 5);
    writer.record(10, 0, 5, new byte[WalWriter.PAGE - 40 - 24]);
    byte[] bytes = old.bytes();
    System.arraycopy(writer.bytes(), 0, bytes, 0, WalWriter.PAGE);
    WalScanner scanner = scanner(writer);
    assertThat(scanner.feed(new Lsn(5 * MIB), bytes, 0, bytes.length)).isFalse();
    assertThat(scanner.endReason().orElseThrow()).contains("a page that belongs to");
    assertThat(scanner.validUpTo()).isEqualTo(new Lsn(5 * MIB + WalWriter.PAGE));
  }

  @Test
  void followsTimelinesUpButNotDown() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    writer.timeline(2);
    writer.record(10, 0, 5, new byte[9000]);
    writer.timeline(3);
    writer.record(10, 0, 5, new byte[9000]);
    writer.timeline(2);
    writer.record(10, 0, 5, new byte[9000]);
    WalScanner scanner = scanner(writer);
    feedWhole(scanner, writer);
    assertThat(records).hasSize(2);
    assertThat(scanner.endReason().orElseThrow()).contains("of timeline 2 after one of timeline 3");
  }

  @Test
  void endsAtASegmentOfAnotherCluster() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    while (writer.position() < 2 * MIB + 100) {
      writer.record(10, 0, 5, new byte[8000]);
    }
    byte[] bytes = writer.bytes();
    bytes[MIB + 24] ^= 1;
    WalScanner scanner = scanner(writer);
    assertThat(scanner.feed(new Lsn(MIB), bytes, 0, bytes.length)).isFalse();
    assertThat(scanner.endReason().orElseThrow()).contains("another cluster");
  }

  @Test
  void endsAtARecordThatDoesNotFollowTheOneBefore() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    writer.record(10, 0, 5, new byte[100]);
    long second = writer.record(10, 0, 5, new byte[100]);
    writer.record(10, 0, 5, new byte[100]);
    byte[] bytes = writer.bytes();
    int from = (int) (second - MIB);
    System.arraycopy(bytes, from + 128, bytes, from, 124);
    WalScanner scanner = scanner(writer);
    assertThat(scanner.feed(new Lsn(MIB), bytes, 0, bytes.length)).isFalse();
    assertThat(records).hasSize(1);
    assertThat(scanner.endReason().orElseThrow()).contains("not the one before it");
  }

  @Test
  void beginsAnewAtASegmentAfterAnEnd() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    writer.record(10, 0, 5, new byte[100]);
    writer.switchSegment();
    writer.record(10, 0, 6, new byte[100]);
    byte[] bytes = writer.bytes();
    byte[] damaged = bytes.clone();
    damaged[80] ^= 1;
    WalScanner scanner = scanner(writer);
    assertThat(scanner.feed(new Lsn(MIB), damaged, 0, MIB / 2)).isFalse();
    assertThat(scanner.feed(new Lsn(MIB + MIB / 2), damaged, MIB / 2, MIB / 2)).isFalse();
    assertThat(scanner.validUpTo()).isNull();
    assertThat(scanner.endReason()).isPresent();
    scanner.feed(new Lsn(2 * MIB), bytes, MIB, 200);
    assertThat(scanner.endReason()).hasValueSatisfying(r -> assertThat(r).contains("zeros"));
    assertThat(records).extracting(WalRecord::xid).containsExactly(6L);
    assertThat(scanner.feed(new Lsn(MIB), bytes, 0, 200)).isTrue();
    assertThat(records).extracting(WalRecord::xid).containsExactly(6L, 5L, 0L);
  }

  @Test
  void refusesToStartWithinASegment() {
    WalScanner scanner = WalScanner.create(15, MIB, records::add);
    assertThatThrownBy(() -> scanner.feed(new Lsn(MIB + 8192), new byte[8192], 0, 8192))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WalScanner.create(13, MIB, records::add))
        .isInstanceOf(PostgresException.class);
  }

  @Test
  void knowsCustomResourceManagersFrom15On() {
    for (SupportedVersion version : SupportedVersion.values()) {
      records.clear();
      WalWriter writer = new WalWriter(version, MIB, 1);
      writer.record(200, 0x30, 5, new byte[100]);
      feedWhole(scanner(writer), writer);
      assertThat(records).hasSize(version.major() == 14 ? 0 : 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsCommitsAndAborts(SupportedVersion version) {
    WalWriter writer = new WalWriter(version, MIB, 1);
    Instant time = Instant.parse("2026-11-22T10:00:00.123456Z");
    long since2000 = Duration.between(Instant.parse("2000-01-01T00:00:00Z"), time).toNanos() / 1000;
    writer.record(1, 0x00, 4_000_000_000L, commit(since2000));
    writer.record(1, 0x20, 12, commit(since2000));
    writer.record(1, 0x30 | 0x80, 0, prepared(version, since2000, 3_999_999_999L));
    writer.record(1, 0x40 | 0x80, 0, prepared(version, since2000, 77));
    writer.record(1, 0x10, 13, commit(since2000));
    writer.record(1, 0x00, 14, new byte[0]);
    feedWhole(scanner(writer), writer);
    assertThat(records)
        .extracting(WalRecord::xid)
        .containsExactly(4_000_000_000L, 12L, 3_999_999_999L, 77L, 13L, 14L);
    assertThat(records)
        .extracting(WalRecord::meaning)
        .containsExactly(
            new WalRecord.Commit(time),
            new WalRecord.Abort(time),
            new WalRecord.Commit(time),
            new WalRecord.Abort(time),
            new WalRecord.Other(1, 0x10),
            new WalRecord.Other(1, 0x00));
  }

  @Test
  void findsThePreparedTransactionBehindAMillionSubtransactions() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    ByteBuffer data = WalWriter.buffer(8 + 4 + 4 + 4_000_000 + 4);
    data.putLong(0).putInt(0x12).putInt(1_000_000).position(data.position() + 4_000_000);
    data.putInt(99);
    writer.record(1, 0x30 | 0x80, 0, WalWriter.main(data));
    feedWhole(scanner(writer), writer);
    assertThat(records).extracting(WalRecord::xid).containsExactly(99L);
  }

  @Test
  void readsWhatRecoveryStopsAt() {
    WalWriter writer = new WalWriter(SupportedVersion.V15, MIB, 1);
    ByteBuffer checkpoint =
        WalWriter.buffer(80).putLong(0x1_0000_0028L).putInt(7).putLong(64, 1_790_000_000L);
    writer.record(0, 0x00, 0, WalWriter.main(checkpoint));
    writer.record(0, 0x10, 0, WalWriter.main(checkpoint));
    ByteBuffer point =
        WalWriter.buffer(72).putLong(0).put("vor dem Umbau".getBytes(StandardCharsets.UTF_8));
    writer.record(0, 0x70, 0, WalWriter.main(point));
    writer.record(0, 0x50, 0, WalWriter.main(WalWriter.buffer(8).putLong(40)));
    ByteBuffer end = WalWriter.buffer(16).putLong(0).putInt(3).putInt(2);
    writer.record(0, 0x90, 0, WalWriter.main(end));
    ByteBuffer parameters = WalWriter.buffer(28);
    for (int value : new int[] {137, 8, 10, 2, 64, 1}) {
      parameters.putInt(value);
    }
    parameters.position(28);
    writer.record(0, 0x60, 0, WalWriter.main(parameters));
    writer.record(0, 0x60, 0, WalWriter.main(new byte[3]));
    feedWhole(scanner(writer), writer);
    long time = 1_790_000_000;
    assertThat(records)
        .extracting(WalRecord::meaning)
        .containsExactly(
            new WalRecord.Checkpoint(Lsn.parse("1/28"), true, 7, time),
            new WalRecord.Checkpoint(Lsn.parse("1/28"), false, 7, time),
            new WalRecord.RestorePoint(Instant.parse("2000-01-01T00:00:00Z"), "vor dem Umbau"),
            new WalRecord.BackupEnd(new Lsn(40)),
            new WalRecord.EndOfRecovery(3, 2),
            new WalRecord.ParameterChange(new RecoveryMinimums(137, 8, 10, 2, 64), 1),
            new WalRecord.Other(0, 0x60));
  }

  @Test
  void readsTheHeaderOfASegment() {
    WalWriter writer = new WalWriter(SupportedVersion.V18, 4 * MIB, 9);
    writer.timeline(11);
    writer.record(10, 0, 5, new byte[100]);
    byte[] bytes = writer.bytes();
    WalPageHeader expected =
        new WalPageHeader(18, 11, new Lsn(36L * MIB), WalWriter.SYSTEM, 4 * MIB);
    assertThat(WalPageHeader.parse(bytes, 0)).contains(expected);
    assertThat(WalPageHeader.parse(bytes, 8192)).isEmpty();
    assertThat(WalPageHeader.parse(bytes, bytes.length - 39)).isEmpty();
    assertThat(WalPageHeader.parse(new byte[0], 0)).isEmpty();
    bytes[0] ^= 1;
    assertThat(WalPageHeader.parse(bytes, 0)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void livesWithContentItCannotRead(SupportedVersion version) {
    Random random = new Random(version.major());
    WalWriter writer = new WalWriter(version, MIB, 1);
    int written = 0;
    for (int info = 0; info < 256; info++) {
      for (int manager = 0; manager < 2; manager++) {
        boolean isSwitch = manager == 0 && (info & 0xF0) == 0x40;
        for (int i = 0; i < 8 && !isSwitch; i++) {
          byte[] body = new byte[random.nextInt(80)];
          random.nextBytes(body);
          writer.record(manager, info, 1, i < 4 ? body : WalWriter.main(body));
          written++;
        }
      }
    }
    feedWhole(scanner(writer), writer);
    assertThat(records).hasSize(written);
  }

  /** Damage anywhere: an honest prefix of the records and an end, never anything else. */
  @Test
  void yieldsOnlyTrueRecordsWhateverIsDamaged() {
    WalWriter writer = mixed(SupportedVersion.V15, 5);
    feedWhole(scanner(writer), writer);
    List<WalRecord> truth = List.copyOf(records);
    byte[] bytes = writer.bytes();
    Random random = new Random(99);
    for (int round = 0; round < 1500; round++) {
      byte[] damaged = bytes.clone();
      damage(damaged, random, round % 4);
      records.clear();
      WalScanner scanner = scanner(writer);
      int at = 0;
      int piece = random.nextInt(1, damaged.length);
      while (at < damaged.length) {
        int length = Math.min(piece, damaged.length - at);
        if (!scanner.feed(new Lsn(writer.start + at), damaged, at, length)) {
          break;
        }
        at += length;
      }
      // The rest of a switched segment may hold anything; all else must be as it was.
      assertThat(truth.subList(0, records.size())).as("round %s", round).isEqualTo(records);
    }
  }

  private static void damage(byte[] bytes, Random random, int how) {
    int at = random.nextInt(bytes.length);
    switch (how) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(bytes, at, bytes.length, (byte) 0);
      case 2 -> {
        int page = at / WalWriter.PAGE * WalWriter.PAGE;
        bytes[page + random.nextInt(40)] ^= (byte) (1 << random.nextInt(8));
      }
      default -> {
        byte[] noise = new byte[Math.min(bytes.length - at, random.nextInt(1, 5000))];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, at, noise.length);
      }
    }
  }

  private WalScanner scanner(WalWriter writer) {
    return WalScanner.create(writer.version.major(), writer.segmentSize, records::add);
  }

  private static void feedWhole(WalScanner scanner, WalWriter writer) {
    byte[] bytes = writer.bytes();
    scanner.feed(new Lsn(writer.start), bytes, 0, bytes.length);
  }

  /** Records of all sizes, a crash, a switch; of three segments. */
  private static WalWriter mixed(SupportedVersion version, int seed) {
    WalWriter writer = new WalWriter(version, MIB, 1);
    Random random = new Random(seed);
    writer.tail(random.nextInt(1, 20_000));
    for (int i = 0; i < 400; i++) {
      byte[] body = new byte[random.nextInt(10) == 0 ? random.nextInt(30_000) : i];
      random.nextBytes(body);
      switch (random.nextInt(40)) {
        case 0 -> writer.record(1, 0x00, i, commit(i));
        case 1 -> writer.abandoned(new byte[60_000], random.nextInt(20_000, 50_000));
        default -> writer.record(random.nextInt(2, 22), 0x10, i, body);
      }
      if (i == 200) {
        writer.switchSegment();
      }
    }
    return writer;
  }

  private static byte[] commit(long micros) {
    return WalWriter.main(WalWriter.buffer(8).putLong(micros));
  }

  private static byte[] prepared(SupportedVersion version, long micros, long xid) {
    boolean statistics = version.major() >= 15;
    int item = version.major() >= 18 ? 16 : 12;
    ByteBuffer data = WalWriter.buffer(400);
    data.putLong(micros).putInt(0x1F | (statistics ? 0x100 : 0));
    data.putInt(5).putInt(1663);
    data.putInt(2).putInt(1).putInt(2);
    data.putInt(1).putInt(1663).putInt(5).putInt(16384);
    if (statistics) {
      data.putInt(1).position(data.position() + item);
    }
    data.putInt(1).position(data.position() + 16);
    data.putInt((int) xid);
    return WalWriter.main(data.slice(0, data.position()));
  }
}
