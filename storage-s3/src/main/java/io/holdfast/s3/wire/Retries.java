package io.holdfast.s3.wire;

import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.RequestKind;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Sends a request again while that may help: after growing pauses with jitter, until patience ends.
 * The SDK's own repetitions are switched off, for they hide from us that an earlier attempt may
 * have had its effect, and what was paid for.
 */
public final class Retries {
  private final Tuning tuning;
  private final RequestCounts counts;
  private final KeptKeys keys;
  private volatile boolean reached;

  public Retries(Tuning tuning, RequestCounts counts, KeptKeys keys) {
    this.tuning = tuning;
    this.counts = counts;
    this.keys = keys;
  }

  /**
   * @throws RequestFailedException if it was refused, or patience has ended
   */
  public <T> T run(RequestKind kind, Supplier<T> request) {
    return run(kind, tuning.patience(), request);
  }

  /** With little patience, where the answer is only nice to have. */
  public <T> T runBriefly(RequestKind kind, Supplier<T> request) {
    return run(kind, tuning.patience().dividedBy(10), request);
  }

  private <T> T run(RequestKind kind, Duration patience, Supplier<T> request) {
    long start = System.nanoTime();
    boolean renewed = false;
    for (int tries = 1; ; tries++) {
      counts.add(kind);
      int generation = keys.generation();
      try {
        T result = sent(request);
        reached = true;
        return result;
      } catch (AbortedException e) {
        Thread.currentThread().interrupt();
        throw new RequestFailedException(e, tries);
      } catch (SdkException e) {
        // Whoever refuses is there.
        reached |= e instanceof SdkServiceException;
        Trouble trouble = Trouble.of(e);
        if (trouble == Trouble.KEY_REFUSED && !renewed && keys.renew(generation)) {
          renewed = true;
          continue;
        }
        long pause = pause(tries, trouble);
        Duration limit = reached ? patience : tuning.patience().dividedBy(10);
        boolean worthIt = trouble == Trouble.PASSING || trouble == Trouble.THROTTLED;
        if (!worthIt || System.nanoTime() - start + pause > limit.toNanos()) {
          throw new RequestFailedException(e, tries);
        }
        sleep(pause, e, tries);
      }
    }
  }

  /** An answer whose text ends early is an unchecked exception of its parser to the SDK. */
  private static <T> T sent(Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException | HoldfastException e) {
      throw e;
    } catch (RuntimeException e) {
      if (Trouble.isInput(e)) {
        throw SdkClientException.create("the answer could not be read", e);
      }
      throw e;
    }
  }

  private long pause(int tries, Trouble trouble) {
    long first = tuning.firstPause().toNanos() * (trouble == Trouble.THROTTLED ? 4 : 1);
    long longest = tuning.longestPause().toNanos();
    long cap = tries > 20 ? longest : Math.min(longest, first << (tries - 1));
    return ThreadLocalRandom.current().nextLong(cap / 2, cap + 1);
  }

  private static void sleep(long nanos, SdkException after, int tries) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      after.addSuppressed(e);
      throw new RequestFailedException(after, tries);
    }
  }
}
