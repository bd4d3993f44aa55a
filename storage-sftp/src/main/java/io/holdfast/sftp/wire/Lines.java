package io.holdfast.sftp.wire;

import io.holdfast.sftp.SftpSite;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one server: made when they are needed, up to so many; shared when there are
 * more who need one; made anew when they broke. Thread-safe.
 *
 * <p>What a broken connection interrupts is done again on another one, after growing pauses, until
 * patience ends. Whoever does something that must not be done twice asks {@link Attempt} whether it
 * may have been done already.
 */
public final class Lines implements AutoCloseable {
  private final SftpSite site;
  private final Tuning tuning;
  private final List<Shared> lines = new ArrayList<>();
  private @Nullable Connector connector;
  private int making;
  private boolean closed;
  private volatile boolean reached;

  public Lines(SftpSite site, Tuning tuning) {
    this.site = site;
    this.tuning = tuning;
  }

  private static final class Shared {
    final Line line;
    int users;

    Shared(Line line) {
      this.line = line;
    }
  }

  /** Something that needs a connection. */
  public interface Attempt<T> {
    /**
     * @param again whether an earlier attempt broke, and may have had its effect
     * @throws StatusException if the server said no, which ends it
     */
    T on(Line line, boolean again) throws IOException;
  }

  public Tuning tuning() {
    return tuning;
  }

  public SftpSite site() {
    return site;
  }

  /**
   * @param what for messages: "read clusters/main/cluster.json"
   * @throws StorageException if the server said no, or patience has ended
   */
  public <T> T run(String what, Attempt<T> attempt) {
    try {
      return patiently(attempt);
    } catch (IOException e) {
      throw Failures.of(site, what, e);
    }
  }

  /** As above, for whoever tells the kinds of failures apart. */
  public <T> T patiently(Attempt<T> attempt) throws IOException {
    long start = System.nanoTime();
    boolean again = false;
    for (int tries = 1; ; tries++) {
      try {
        Line line = take();
        try {
          return attempt.on(line, again);
        } finally {
          giveBack(line);
        }
      } catch (StatusException | RefusedException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        again = true;
        long pause = pause(tries);
        long limit = (reached ? tuning.patience() : tuning.patience().dividedBy(10)).toNanos();
        if (System.nanoTime() - start + pause > limit) {
          throw e;
        }
        sleep(pause);
      }
    }
  }

  /**
   * A connection to stay with for several requests, as handles belong to one; to be given back with
   * {@link #giveBack}. Tries once.
   */
  public Line take() throws IOException {
    Line line = shared();
    reached = true;
    return line;
  }

  /** To go on with a connection after the attempt that has it; to be given back once more. */
  public synchronized void keep(Line line) {
    lines.stream().filter(one -> one.line == line).findFirst().ifPresent(one -> one.users++);
  }

  public synchronized void giveBack(Line line) {
    lines.stream().filter(one -> one.line == line).findFirst().ifPresent(one -> one.users--);
  }

  private Line shared() throws IOException {
    Connector from;
    synchronized (this) {
      Optional<Line> there = existing();
      if (there.isPresent()) {
        return there.get();
      }
      from = connector;
      if (from == null) {
        from = Connector.start(site, tuning);
        connector = from;
      }
      making++;
    }
    Line made = null;
    try {
      made = from.connect();
    } finally {
      made(made);
    }
    return made;
  }

  /** Waits where others are making as many connections as there may be. */
  private Optional<Line> existing() throws IOException {
    while (true) {
      if (closed) {
        throw new IOException("closed");
      }
      lines.removeIf(one -> !one.line.isOpen());
      boolean full = lines.size() + making >= site.connections();
      Optional<Shared> idlest = lines.stream().min(Comparator.comparingInt(one -> one.users));
      if (idlest.isPresent() && (full || idlest.get().users == 0)) {
        idlest.get().users++;
        return Optional.of(idlest.get().line);
      }
      if (!full) {
        return Optional.empty();
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      }
    }
  }

  private synchronized void made(@Nullable Line line) throws IOException {
    making--;
    notifyAll();
    if (line == null) {
      return;
    }
    if (closed) {
      line.close();
      throw new IOException("closed");
    }
    Shared one = new Shared(line);
    one.users = 1;
    lines.add(one);
  }

  private long pause(int tries) {
    long longest = tuning.longestPause().toNanos();
    long cap =
        tries > 20 ? longest : Math.min(longest, tuning.firstPause().toNanos() << (tries - 1));
    return ThreadLocalRandom.current().nextLong(cap / 2, cap + 1);
  }

  private static void sleep(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    lines.forEach(one -> one.line.close());
    lines.clear();
    Connector from = connector;
    if (from != null) {
      from.close();
    }
  }
}
