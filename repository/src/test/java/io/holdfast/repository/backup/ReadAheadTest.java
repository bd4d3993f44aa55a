package io.holdfast.repository.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.PackRef;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private static final PackRef PACK =
      new PackRef(new BackupId("20261122T080000Z-aaaa"), 1, new UUID(1, 1));

  private static List<PackRange> ranges(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new PackRange(List.of(new ChunkRef(PACK, i, i, 1, 1, 0)), i, 1))
        .toList();
  }

  private static void fill(PackRange range, byte[] into) {
    into[0] = (byte) range.start();
  }

  @Test
  void givesEachRangeInItsTurn() {
    List<PackRange> ranges = ranges(40);
    try (ReadAhead ahead = new ReadAhead(ranges, ReadAheadTest::fill)) {
      ahead.start(true);
      for (int i = 0; i < ranges.size(); i++) {
        assertThat(ahead.take(i, new byte[1])[0]).isEqualTo((byte) i);
      }
    }
  }

  @Test
  void asksForTheNextOnesWhileOneIsWorkedOn() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(4);
    try (ReadAhead ahead =
        new ReadAhead(
            ranges(10),
            (range, into) -> {
              begun.countDown();
              fill(range, into);
            })) {
      ahead.start(true);
      ahead.take(0, new byte[1]);
      begun.await();
    }
  }

  @Test
  void whatWentWrongIsThrownWhenItsTurnComesAndTheNextOnesAreFetchedAllTheSame() {
    try (ReadAhead ahead =
        new ReadAhead(
            ranges(5),
            (range, into) -> {
              if (range.start() == 2) {
                throw new IllegalArgumentException("two");
              }
              fill(range, into);
            })) {
      ahead.start(true);
      assertThat(ahead.take(0, new byte[1])[0]).isEqualTo((byte) 0);
      assertThat(ahead.take(1, new byte[1])[0]).isEqualTo((byte) 1);
      assertThatThrownBy(() -> ahead.take(2, new byte[1])).hasMessage("two");
      assertThat(ahead.take(3, new byte[1])[0]).isEqualTo((byte) 3);
      assertThat(ahead.take(4, new byte[1])[0]).isEqualTo((byte) 4);
    }
  }

  @Test
  void aRangeMayBePassedOver() {
    try (ReadAhead ahead = new ReadAhead(ranges(6), ReadAheadTest::fill)) {
      ahead.start(true);
      assertThat(ahead.take(4, new byte[1])[0]).isEqualTo((byte) 4);
      assertThat(ahead.take(5, new byte[1])[0]).isEqualTo((byte) 5);
    }
  }

  @Test
  void manyAtOnceShareTheBuffersAndAllGoOn() {
    List<ReadAhead> many = new ArrayList<>();
    AtomicInteger buffers = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      ReadAhead ahead =
          new ReadAhead(
              ranges(9),
              (range, into) -> {
                if (into.length > 1) {
                  buffers.incrementAndGet();
                }
                fill(range, into);
              });
      many.add(ahead);
      ahead.start(true);
    }
    for (int i = 0; i < 9; i++) {
      for (ReadAhead ahead : many) {
        assertThat(ahead.take(i, new byte[1])[0]).isEqualTo((byte) i);
      }
    }
    many.forEach(ReadAhead::close);
    assertThat(buffers).hasPositiveValue();
  }

  @Test
  void closingWaitsForWhatIsUnderWay() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    try (ReadAhead ahead =
        new ReadAhead(
            ranges(2),
            (range, into) -> {
              if (range.start() == 1) {
                begun.countDown();
                waitForTheInterrupt();
                ended.incrementAndGet();
              }
            })) {
      ahead.start(true);
      begun.await();
    }
    assertThat(ended).hasValue(1);
  }

  private static void waitForTheInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // That was it.
    }
  }
}
