package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PartBuffersTest {
  private final PartBuffers buffers = new PartBuffers(30, 10);

  @Test
  void areUsedAgain() throws InterruptedException {
    byte[] first = buffers.take(10, () -> true);
    buffers.giveBack(first);

    assertThat(buffers.take(10, () -> true)).isSameAs(first);
  }

  @Test
  void makeAWriterWaitWhosePartsAreUnderWay() throws Exception {
    byte[] first = buffers.take(10, () -> true);
    buffers.take(20, () -> true);
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<byte[]> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return buffers.take(
                10,
                () -> {
                  asked.countDown();
                  return true;
                });
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    asked.await();
    assertThat(waiting).isNotDone();
    buffers.giveBack(first);

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isSameAs(first);
  }

  /** Else two writers of one thread would wait for each other. */
  @Test
  void neverMakeAWriterWaitThatHasNothingUnderWay() throws InterruptedException {
    buffers.take(20, () -> true);
    buffers.take(10, () -> true);

    assertThat(buffers.take(10, () -> false)).hasSize(10);
  }
}
