package io.holdfast.repository.lease;

import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.format.LeaseFormat;
import io.holdfast.repository.format.LeaseFormat.Content;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A lease that this process took. */
final class HeldLease implements Lease {
  private final Storage storage;
  private final ObjectKey key;
  private final String name;
  private final Content taken;
  private final Duration timeToLive;
  private final InstantSource clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean left;

  HeldLease(
      Storage storage,
      ObjectKey key,
      String name,
      Content taken,
      Duration timeToLive,
      InstantSource clock) {
    this.storage = storage;
    this.key = key;
    this.name = name;
    this.taken = taken;
    this.timeToLive = timeToLive;
    this.clock = clock;
  }

  void keepRenewing() {
    Thread.ofPlatform().daemon().name("lease " + name).start(this::renewUntilClosed);
  }

  private void renewUntilClosed() {
    try {
      while (!closed.await(timeToLive.toMillis() / 3, TimeUnit.MILLISECONDS)) {
        if (!renewOrTryLater()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A site in trouble is asked again; if it does not recover in time, the fence says so. */
  private boolean renewOrTryLater() {
    try {
      return renew();
    } catch (RuntimeException e) {
      return true;
    }
  }

  /** Moves the expiry on; false if the lease is lost. */
  synchronized boolean renew() {
    if (closed.getCount() == 0) {
      return false;
    }
    Versioned found;
    try {
      found = storage.read(key);
    } catch (ObjectMissingException e) {
      return false;
    }
    Content content = LeaseFormat.decode(found.content(), key);
    if (!content.token().equals(taken.token())) {
      return false;
    }
    Instant until = clock.instant().plus(timeToLive);
    return storage.replace(key, found.version(), LeaseFormat.encode(content.until(until)));
  }

  @Override
  public void ensureHeld() {
    Content content;
    try {
      content = LeaseFormat.decode(storage.read(key).content(), key);
    } catch (ObjectMissingException e) {
      throw lost("nobody", e);
    }
    if (!content.token().equals(taken.token())) {
      throw new LeaseHeldException(name, Leases.holder(content));
    }
    if (!clock.instant().isBefore(content.expires())) {
      throw lost("that it expired at " + content.expires(), null);
    }
  }

  private HoldfastException lost(String found, @Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.LEASE_HELD,
        "could not go on: expected to hold the lease " + name + ", found " + found,
        "The process was stopped for longer than the lease lasts, or its clock jumped. Run it again.",
        cause);
  }

  @Override
  public void leave() {
    left = true;
    closed.countDown();
  }

  @Override
  public void close() {
    closed.countDown();
    if (!left) {
      release();
    }
  }

  /** A lease that cannot be given back because the site is in trouble ends by itself. */
  private synchronized void release() {
    try {
      Versioned found = storage.read(key);
      if (LeaseFormat.decode(found.content(), key).token().equals(taken.token())) {
        storage.deleteIf(key, found.version());
      }
    } catch (StorageException e) {
      // Taken over and given back by another one, or not to be reached.
    }
  }
}
