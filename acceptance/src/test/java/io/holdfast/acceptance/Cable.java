package io.holdfast.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP connection to somewhere on this machine that can be cut, or go silent. */
final class Cable implements AutoCloseable {
  private final ServerSocket entry;
  private final int target;
  private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
  private final Object state = new Object();
  private boolean cut;
  private boolean silent;

  private Cable(ServerSocket entry, int target) {
    this.entry = entry;
    this.target = target;
  }

  static Cable to(int port) throws IOException {
    Cable cable = new Cable(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
    Thread.ofVirtual().start(cable::accept);
    return cable;
  }

  int port() {
    return entry.getLocalPort();
  }

  /** What goes through it breaks off, and nothing new gets through. */
  void cut() {
    synchronized (state) {
      cut = true;
    }
    drop();
  }

  /** Nothing comes through any more, and nobody is told. */
  void silence() {
    synchronized (state) {
      silent = true;
    }
  }

  /** What was silent meanwhile is lost. */
  void mend() {
    boolean lost;
    synchronized (state) {
      lost = silent;
      cut = false;
      silent = false;
      state.notifyAll();
    }
    if (lost) {
      drop();
    }
  }

  private void drop() {
    ends.forEach(Cable::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = entry.accept();
        synchronized (state) {
          if (cut) {
            close(near);
            continue;
          }
        }
        Thread.ofVirtual().start(() -> join(near));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void join(Socket near) {
    ends.add(near);
    Socket far = new Socket();
    ends.add(far);
    try (near;
        far) {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      Thread back = Thread.ofVirtual().start(() -> pump(far, near));
      pump(near, far);
      back.join();
    } catch (IOException e) {
      // The other side is away, which the near one learns by the end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ends.remove(near);
      ends.remove(far);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[64 << 10];
    try (to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitSound();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Broken off.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitSound() throws InterruptedException {
    synchronized (state) {
      while (silent) {
        state.wait();
      }
    }
  }

  @Override
  public void close() throws IOException {
    entry.close();
    mend();
    drop();
  }
}
