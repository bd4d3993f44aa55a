package io.holdfast.vocabulary;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks for several things at once where most of the time is spent waiting for the answer: a store
 * that is far away takes as long for eight small objects as for one.
 *
 * <p>What fails is thrown as if it had been asked one by one: the failure of the first question
 * that fails. Those behind it may have been asked or not; when a call returns or throws, none is
 * under way. If the caller is interrupted, so are they.
 */
public final class Together {
  /** So many at once; more would only stand in each other's way. */
  public static final int MOST = 8;

  private Together() {}

  /**
   * The answers, in the order of the questions, when all of them are there.
   *
   * @param ask called on threads of its own, many at once; on the caller's if there is one question
   */
  public static <Q, A> List<A> ask(List<Q> questions, Function<? super Q, ? extends A> ask) {
    List<A> answers = new ArrayList<>(questions.size());
    inTurn(questions, MOST, ask, (question, answer) -> answers.add(answer));
    return answers;
  }

  /**
   * Hands the answers over in the order of the questions, on the caller's thread.
   *
   * @param most so many answers at once, counting those that wait to be handed over: for answers
   *     that take memory
   */
  public static <Q, A> void inTurn(
      List<Q> questions,
      int most,
      Function<? super Q, ? extends A> ask,
      BiConsumer<? super Q, ? super A> consumer) {
    if (questions.size() == 1) {
      consumer.accept(questions.getFirst(), ask.apply(questions.getFirst()));
      return;
    }
    Deque<Asked<Q, A>> underWay = new ArrayDeque<>(most);
    try {
      for (Q question : questions) {
        if (underWay.size() == most) {
          underWay.remove().handOver(consumer);
        }
        underWay.add(Asked.of(question, ask));
      }
      while (!underWay.isEmpty()) {
        underWay.remove().handOver(consumer);
      }
    } finally {
      end(underWay);
    }
  }

  /** Two things at once. */
  public static <A, B, C> C both(
      Supplier<? extends A> one, Supplier<? extends B> other, BiFunction<A, B, C> joined) {
    CompletableFuture<A> first = new CompletableFuture<>();
    CompletableFuture<B> second = new CompletableFuture<>();
    ask(
        List.<BooleanSupplier>of(
            () -> first.complete(one.get()), () -> second.complete(other.get())),
        BooleanSupplier::getAsBoolean);
    return joined.apply(first.join(), second.join());
  }

  /** Nobody waits for these any more, but they use what the caller may close. */
  private static void end(Deque<? extends Asked<?, ?>> underWay) {
    boolean interrupted = Thread.interrupted();
    if (interrupted) {
      underWay.forEach(asked -> asked.thread().interrupt());
    }
    for (Asked<?, ?> asked : underWay) {
      interrupted |= asked.awaitEnd();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private record Asked<Q, A>(Q question, FutureTask<A> task, Thread thread) {
    static <Q, A> Asked<Q, A> of(Q question, Function<? super Q, ? extends A> ask) {
      FutureTask<A> task = new FutureTask<>(() -> ask.apply(question));
      return new Asked<>(question, task, Thread.ofVirtual().name("together").start(task));
    }

    void handOver(BiConsumer<? super Q, ? super A> consumer) {
      consumer.accept(question, answer());
    }

    private A answer() {
      try {
        return task.get();
      } catch (ExecutionException e) {
        Throwable failure = e.getCause();
        if (failure instanceof RuntimeException known) {
          throw known;
        }
        if (failure instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(failure);
      } catch (InterruptedException e) {
        thread.interrupt();
        boolean _ = awaitEnd();
        Thread.currentThread().interrupt();
        throw new HoldfastException(
            ExitStatus.INTERRUPTED, "could not finish what was begun: interrupted", null, e);
      }
    }

    /** Whether the caller was interrupted meanwhile. */
    boolean awaitEnd() {
      boolean interrupted = false;
      while (true) {
        try {
          thread.join();
          return interrupted;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
  }
}
