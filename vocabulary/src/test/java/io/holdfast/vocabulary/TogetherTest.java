package io.holdfast.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TogetherTest {
  private static final List<Integer> MANY = IntStream.range(0, 100).boxed().toList();

  @Test
  void answersInTheOrderOfTheQuestions() {
    assertThat(Together.ask(MANY, number -> number * 2))
        .isEqualTo(MANY.stream().map(number -> number * 2).toList());
    assertThat(Together.ask(List.<Integer>of(), number -> number)).isEmpty();
  }

  @Test
  void asksSoManyAtOnceAndNoMore() {
    CyclicBarrier all = new CyclicBarrier(5);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    Together.inTurn(
        MANY,
        5,
        number -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          try {
            // Passes only when five are here.
            return all.await(30, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          } finally {
            now.decrementAndGet();
          }
        },
        (number, answer) -> {});

    assertThat(most.get()).isEqualTo(5);
  }

  @Test
  void doesTwoThingsAtOnce() {
    CyclicBarrier both = new CyclicBarrier(2);

    String joined =
        Together.both(
            () -> met(both) ? "a" : "", () -> met(both) ? 1 : 0, (one, other) -> one + other);
    assertThat(joined).isEqualTo("a1");
    assertThatThrownBy(() ->
            Together.both(
                () -> {
                  throw new IllegalStateException("the first");
                },
                () -> {
                  throw new IllegalArgumentException("the second");
                },
                (one, other) -> one))
        .hasMessage("the first");
  }

  private static boolean met(CyclicBarrier barrier) {
    try {
      return barrier.await(30, TimeUnit.SECONDS) >= 0;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void failsAsTheFirstOneThatFails() {
    CountDownLatch later = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();

    assertThatThrownBy(() ->
            Together.ask(
                MANY,
                number -> {
                  asked.incrementAndGet();
                  if (number == 3) {
                    await(later);
                    throw new IllegalStateException("the third");
                  }
                  if (number == 5) {
                    later.countDown();
                    throw new IllegalArgumentException("the fifth");
                  }
                  return number;
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the third");
    assertThat(asked.get()).isLessThan(MANY.size());
  }

  /** An interrupt would make a site look as if it hung. */
  @Test
  void letsTheOthersEndWhenOneFails() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Thread> first = new AtomicReference<>();
    AtomicBoolean ended = new AtomicBoolean();

    assertThatThrownBy(() ->
            Together.ask(
                List.of(0, 1),
                number -> {
                  if (number == 0) {
                    first.set(Thread.currentThread());
                    await(begun);
                    throw new IllegalStateException("the first");
                  }
                  begun.countDown();
                  join(first);
                  ended.set(true);
                  return number;
                }))
        .hasMessage("the first");
    assertThat(ended.get()).isTrue();
  }

  private static void join(AtomicReference<Thread> first) {
    try {
      while (first.get() == null) {
        Thread.onSpinWait();
      }
      first.get().join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void endsWhatIsUnderWayWhenItIsInterrupted() {
    Thread caller = Thread.currentThread();
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);

    assertThatThrownBy(() ->
            Together.inTurn(
                MANY,
                4,
                number -> {
                  if (begun.incrementAndGet() == 4) {
                    caller.interrupt();
                  }
                  try {
                    never.await();
                    return number;
                  } catch (InterruptedException e) {
                    ended.incrementAndGet();
                    throw new IllegalStateException(e);
                  }
                },
                (number, answer) -> {}))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.INTERRUPTED));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended.get()).isEqualTo(4);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
