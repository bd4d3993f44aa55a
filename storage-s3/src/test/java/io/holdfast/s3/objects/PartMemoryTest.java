package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PartMemoryTest {
  private final PartMemory memory = new PartMemory(3L * PartMemory.PIECE);

  @Test
  void isUsedAgain() throws InterruptedException {
    byte[] first = memory.take();
    memory.giveBack(List.of(first));

    assertThat(memory.take()).isSameAs(first);
  }

  @Test
  void makesWritersWaitForWhatIsOnItsWay() throws Exception {
    byte[] first = memory.take();
    memory.take();
    memory.take();
    memory.depart(List.of(first));
    CompletableFuture<byte[]> waiting = new CompletableFuture<>();
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                waiting.complete(memory.take());
              } catch (InterruptedException e) {
                waiting.completeExceptionally(e);
              }
            });
    while (writer.getState() != Thread.State.WAITING) {
      assertThat(waiting).isNotDone();
      Thread.onSpinWait();
    }
    memory.arrive(List.of(first));

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isSameAs(first);
  }

  /** Else two writers of one thread would wait for each other. */
  @Test
  void makesNobodyWaitForPartsThatStillFill() throws InterruptedException {
    memory.take();
    memory.take();
    memory.take();

    assertThat(memory.take()).hasSize(PartMemory.PIECE);
  }
}
