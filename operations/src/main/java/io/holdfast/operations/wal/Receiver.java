package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.DifferentContentException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Streams WAL from a server into the repository until told to stop, through every restart, crash
 * and promotion of the server and every trouble of the repository. What it acknowledges to the
 * server is durable in the repository, never less: being killed loses nothing, because the slot
 * keeps what was not acknowledged.
 */
public final class Receiver implements AutoCloseable {
  /** The lease of the one continuous receiver of a cluster. */
  public static final String LEASE = "wal-receive";

  private final WalArchive archive;
  private final ReceiverOptions options;
  private final Shipper shipper;
  private final Streamer streamer;
  private final Standing standing;
  private final Trouble trouble;
  private final ReceiverLease lease;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);
  private Streamer.@Nullable Ready first;
  private volatile @Nullable RuntimeException failure;

  private Receiver(
      WalArchive archive,
      ReceiverOptions options,
      ReceiverLease lease,
      Streamer.Ready first,
      Progress progress,
      InstantSource clock) {
    this.archive = archive;
    this.options = options;
    this.lease = lease;
    this.first = first;
    this.standing = new Standing(progress, clock);
    this.trouble = new Trouble("WAL cannot be received", progress, clock);
    this.shipper = new Shipper(archive, options.shipInterval(), lease::check, progress, clock);
    this.streamer = new Streamer(archive, options, shipper, progress, standing);
    this.thread = Thread.ofPlatform().name("wal-receiver").daemon().unstarted(this::run);
  }

  /**
   * Connects, takes the lease, finds or creates the slot, and streams in the background from then
   * on. On return the slot exists, so WAL from now on is kept for us.
   *
   * @throws io.holdfast.repository.LeaseHeldException if another receiver runs for this cluster
   * @throws io.holdfast.vocabulary.HoldfastException if the first connection fails or the server is
   *     not the cluster that the repository knows
   */
  public static Receiver start(
      ClusterArchive cluster, ReceiverOptions options, Progress progress, InstantSource clock) {
    ReceiverLease lease =
        options.exclusive() ? ReceiverLease.take(cluster, clock) : ReceiverLease.notNeeded(clock);
    Streamer.Ready ready = null;
    try {
      ready = Streamer.connect(options);
      long server = ready.identity().systemIdentifier();
      if (options.exclusive()) {
        KnownServers.refuseStranger(cluster, server);
      }
      WalArchive archive = WalArchive.of(cluster, server, ready.walSegmentSize());
      Receiver receiver = new Receiver(archive, options, lease, ready, progress, clock);
      if (options.exclusive()) {
        SpoolOwner.of(cluster, server).claim(options.spool());
        SlotClaim.require(cluster, options.slot(), ready.session().slot(options.slot()));
        SpoolSegment.clear(options.spool());
      }
      var _ = receiver.streamer.slot(ready.session());
      receiver.shipper.start();
      receiver.thread.start();
      return receiver;
    } catch (RuntimeException e) {
      if (ready != null) {
        ready.session().close();
      }
      lease.close();
      throw e;
    }
  }

  /** The archive it writes to. */
  public WalArchive archive() {
    return archive;
  }

  public ReceiverState state() {
    return standing.state(shipper.durable(), shipper.trouble().or(trouble::text));
  }

  /**
   * Waits until the repository has everything before {@code lsn}; ships the segment under way at
   * once instead of at the next interval.
   *
   * @return false if the time ran out
   * @throws io.holdfast.vocabulary.HoldfastException if the receiver has ended by a failure
   */
  public boolean awaitDurable(Lsn lsn, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      Duration slice = Duration.ofNanos(Math.clamp(left, 0, 500_000_000L));
      if (shipper.awaitDurable(lsn, slice)) {
        return true;
      }
      throwFailure();
      if (left <= 0) {
        return false;
      }
    }
  }

  /**
   * Waits for the end, which only {@link #stop} or a failure that no patience mends brings.
   *
   * @throws io.holdfast.vocabulary.HoldfastException that failure
   */
  public void join() throws InterruptedException {
    thread.join();
    throwFailure();
  }

  /**
   * As {@link #join}, for so long.
   *
   * @return whether it has ended
   */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    boolean ended = thread.join(patience);
    if (ended) {
      throwFailure();
    }
    return ended;
  }

  /**
   * Returns at once.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if it has ended by a failure that no patience
   *     mends
   */
  public void check() {
    throwFailure();
  }

  private void throwFailure() {
    RuntimeException met = failure;
    if (met != null) {
      throw met;
    }
    shipper.check();
  }

  /** Asks it to end; returns at once. Any thread, any number of times. */
  public void stop() {
    streamer.stop();
    stop.countDown();
  }

  /** Stops: ships what was received, acknowledges it, removes the spool, gives the lease back. */
  @Override
  public void close() {
    stop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    shipper.close();
    lease.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    BackOff backOff = new BackOff();
    try {
      while (stop.getCount() > 0) {
        try {
          Streamer.Ready ready = first == null ? connectAgain() : first;
          first = null;
          streamer.run(
              ready,
              () -> {
                trouble.over();
                backOff.reset();
              });
        } catch (HoldfastException e) {
          endIfHopeless(e);
          trouble.met(e);
        }
        shipper.check();
        standing.phase("connecting");
        Duration wait = backOff.next();
        if (stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    } catch (Error e) {
      failure = new IllegalStateException("receiving WAL broke off: " + e, e);
    } finally {
      Streamer.Ready unused = first;
      if (unused != null) {
        unused.session().close();
      }
      standing.phase("stopped");
    }
  }

  /** One that stood still must not take the slot from whoever has the lease by now. */
  private Streamer.Ready connectAgain() {
    lease.check();
    return Streamer.connect(options);
  }

  private static void endIfHopeless(HoldfastException e) {
    if (e instanceof DifferentContentException
        || e instanceof PartShipper.OtherWalException
        || e instanceof Streamer.LostWalException
        || e.status() == ExitStatus.REFUSED
        || e.status() == ExitStatus.LEASE_HELD
        || e.status() == ExitStatus.USAGE) {
      throw e;
    }
  }
}
