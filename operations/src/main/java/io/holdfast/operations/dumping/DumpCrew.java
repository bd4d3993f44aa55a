package io.holdfast.operations.dumping;

import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Dumps several databases at once, in their order; the first that fails ends them all. */
final class DumpCrew {
  private final List<DatabaseDump> dumps;
  private final InOrder order;
  private final int jobs;

  DumpCrew(List<DatabaseDump> dumps, InOrder order, int jobs) {
    this.dumps = dumps;
    this.order = order;
    this.jobs = Math.min(jobs, dumps.size());
  }

  /**
   * Returns or throws when nothing of it runs any more.
   *
   * @param heartbeat called now and then on this thread; what it throws ends the dumps
   */
  List<DumpedDatabase> run(Runnable heartbeat) {
    ExecutorService threads =
        Executors.newFixedThreadPool(jobs, Thread.ofPlatform().name("dump-", 0).daemon().factory());
    boolean done = false;
    try {
      CompletableFuture<Void> failed = new CompletableFuture<>();
      List<CompletableFuture<DumpedDatabase>> running = new ArrayList<>();
      for (DatabaseDump dump : dumps) {
        running.add(
            CompletableFuture.supplyAsync(dump::dump, threads)
                .whenComplete((ok, e) -> {
                  if (e != null) {
                    failed.completeExceptionally(e);
                  }
                }));
      }
      await(running, failed, heartbeat);
      done = true;
      return running.stream().map(CompletableFuture::join).toList();
    } finally {
      threads.shutdown();
      if (!done) {
        order.giveUp();
        threads.shutdownNow();
        dumps.forEach(DatabaseDump::end);
      }
      awaitEnd(threads);
    }
  }

  private static void await(
      List<CompletableFuture<DumpedDatabase>> running,
      CompletableFuture<Void> failed,
      Runnable heartbeat) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new));
    CompletableFuture<Object> either = CompletableFuture.anyOf(all, failed);
    while (true) {
      try {
        either.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        heartbeat.run();
      } catch (InterruptedException e) {
        throw ChunkQueue.interrupted(e);
      } catch (java.util.concurrent.ExecutionException e) {
        throw known(e.getCause());
      }
    }
  }

  private static RuntimeException known(@Nullable Throwable cause) {
    return switch (cause) {
      case CompletionException wrapped when wrapped.getCause() != null -> known(wrapped.getCause());
      case HoldfastException known ->
          known; // thrown on another thread; its own trace says more than ours
      case Error error -> throw error;
      case null, default -> new IllegalStateException("dumping failed", cause);
    };
  }

  /** Nobody may still write into the backup when its writer is closed. */
  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
