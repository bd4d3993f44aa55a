package io.holdfast.storage.mirror;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that wait for sites, so that nobody else has to. They do not keep the process alive. */
final class SiteThreads {
  private static final long KEPT_SECONDS = 10;

  private SiteThreads() {}

  /** As many as there are calls and writers under way. */
  static ExecutorService start() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        KEPT_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().name("site ", 1).factory());
  }
}
