package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets one of several nodes start what is due. It is advice: that nothing runs twice is held by the
 * leases and records of the repository, with and without it. Any thread.
 */
public interface Sharing extends AutoCloseable {
  /**
   * A turn of a job.
   *
   * @param attempt counted from one
   */
  record Offer(JobName job, Instant due, int attempt) {}

  /**
   * What this node is asked to start, or to say that it does not.
   *
   * @param settled to be called once, when it has ended here or will not be started here; until
   *     then no other node is asked
   */
  record Grant(Offer offer, Runnable settled) {}

  /**
   * Begins to ask; whatever is away now does not keep it from beginning.
   *
   * @param grants called from any thread; must return at once
   */
  void begin(Consumer<Grant> grants);

  /**
   * Has one node asked for it, perhaps this one; nothing changes if that was said before. Waits for
   * seconds at most.
   *
   * @return false if that cannot be done now: whoever offers has to look for itself
   */
  boolean offer(Offer offer);

  /** Why nothing can be shared now; empty if it can. */
  Optional<String> trouble();

  /** Ends all asking. What was granted and is not settled is granted to others. */
  @Override
  void close();
}
