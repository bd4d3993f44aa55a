package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientRun;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Several pg_restore at work beside each other; the first that fails ends the others. */
final class LoadCrew {
  private final List<Task> tasks;
  private final Consumer<String> said;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final Set<ClientRun> running = ConcurrentHashMap.newKeySet();

  /** Starts a program and feeds it. */
  interface Task {
    ClientRun start();

    void feed(OutputStream to) throws java.io.IOException;
  }

  /**
   * @param said is told what programs say that succeed
   */
  LoadCrew(List<? extends Task> tasks, Consumer<String> said) {
    this.tasks = List.copyOf(tasks);
    this.said = said;
  }

  /** One program with what it is fed; an interrupt ends it, as it ends several. */
  static void runOne(
      Supplier<ClientRun> starter, PgRestore.Archive archive, Consumer<String> said) {
    new LoadCrew(
            List.of(
                new Task() {
                  @Override
                  public ClientRun start() {
                    return starter.get();
                  }

                  @Override
                  public void feed(OutputStream to) throws java.io.IOException {
                    archive.write(to);
                  }
                }),
            said)
        .run(1);
  }

  /**
   * Runs all of them.
   *
   * @throws HoldfastException of the first that failed; (interrupted) if this thread is interrupted
   */
  void run(int jobs) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(jobs, tasks.size()); i++) {
      threads.add(Thread.ofPlatform().name("load-" + i).start(this::work));
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      interrupted |= join(thread);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private void work() {
    for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
      if (failure.get() != null) {
        return;
      }
      try {
        run(tasks.get(i));
      } catch (RuntimeException e) {
        fail(e);
      }
    }
  }

  private void run(Task task) {
    ClientRun run = task.start();
    running.add(run);
    try {
      if (failure.get() != null) {
        run.close();
        return;
      }
      PgRestore.run(run, task::feed, OutputStream.nullOutputStream());
      run.said().forEach(said);
    } finally {
      running.remove(run);
    }
  }

  private void fail(RuntimeException e) {
    if (failure.compareAndSet(null, e)) {
      running.forEach(ClientRun::close);
    }
  }

  private boolean join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        fail(new HoldfastException(ExitStatus.INTERRUPTED, "the restore was interrupted"));
      }
    }
    return interrupted;
  }
}
