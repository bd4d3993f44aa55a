package io.holdfast.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server on which everything takes a while, in each direction, at any rate. */
public final class LongWay implements AutoCloseable {
  private final ServerSocket entrance;
  private final int exit;
  private final long nanos;
  private final Traffic there = new Traffic();
  private final Traffic back = new Traffic();

  private LongWay(ServerSocket entrance, int exit, Duration oneWay) {
    this.entrance = entrance;
    this.exit = exit;
    this.nanos = oneWay.toNanos();
  }

  public static LongWay to(int port, Duration oneWay) throws IOException {
    LongWay way =
        new LongWay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port, oneWay);
    Thread.ofVirtual().start(way::accept);
    return way;
  }

  public int port() {
    return entrance.getLocalPort();
  }

  /** The most bytes that were on the way to the server at once. */
  public long mostThere() {
    return there.most.get();
  }

  /** The most bytes that were on the way back at once. */
  public long mostBack() {
    return back.most.get();
  }

  /** Counts anew. */
  public void forget() {
    there.most.set(0);
    back.most.set(0);
  }

  private static final class Traffic {
    final AtomicLong now = new AtomicLong();
    final AtomicLong most = new AtomicLong();

    void sets(int bytes) {
      most.accumulateAndGet(now.addAndGet(bytes), Math::max);
    }

    void arrives(int bytes) {
      now.addAndGet(-bytes);
    }
  }

  private record Piece(byte[] bytes, long due) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket from = entrance.accept();
        Socket to = new Socket(InetAddress.getLoopbackAddress(), exit);
        from.setTcpNoDelay(true);
        to.setTcpNoDelay(true);
        carry(from.getInputStream(), to.getOutputStream(), there);
        carry(to.getInputStream(), from.getOutputStream(), back);
      }
    } catch (IOException e) {
      // Closed.
      return;
    }
  }

  private void carry(InputStream in, OutputStream out, Traffic traffic) {
    DelayQueue<Piece> way = new DelayQueue<>();
    Thread.ofVirtual()
        .start(() -> {
          byte[] buffer = new byte[64 << 10];
          try (in) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
              traffic.sets(read);
              way.add(new Piece(Arrays.copyOf(buffer, read), System.nanoTime() + nanos));
            }
          } catch (IOException e) {
            // As good as its end.
            way.add(new Piece(new byte[0], System.nanoTime() + nanos));
            return;
          }
          way.add(new Piece(new byte[0], System.nanoTime() + nanos));
        });
    Thread.ofVirtual()
        .start(() -> {
          try (out) {
            for (Piece piece = way.take(); piece.bytes().length > 0; piece = way.take()) {
              out.write(piece.bytes());
              traffic.arrives(piece.bytes().length);
            }
          } catch (IOException | InterruptedException e) {
            // Nobody is there any more.
            return;
          }
        });
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
