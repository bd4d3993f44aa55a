package io.holdfast.postgres.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A socket in the file system as a {@link Socket}, which is what pgjdbc wants. The channel does not
 * block; reading and writing wait with a selector each, so that time-outs work and one may read
 * while another writes. Asked for TCP's options it does nothing.
 */
final class UnixSocket extends Socket {
  private final Path path;
  private final SocketChannel channel;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private final Selector readable;
  private final Selector writable;
  private volatile int timeoutMillis;

  UnixSocket(Path path) throws IOException {
    super((java.net.SocketImpl) null);
    this.path = path;
    channel = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
    readable = Selector.open();
    writable = Selector.open();
  }

  @Override
  public void connect(SocketAddress ignored, int timeout) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(path));
    channel.configureBlocking(false);
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  @Override
  public void connect(SocketAddress ignored) throws IOException {
    connect(ignored, 0);
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public InputStream getInputStream() {
    return input;
  }

  @Override
  public OutputStream getOutputStream() {
    return output;
  }

  @Override
  public void setSoTimeout(int millis) {
    timeoutMillis = millis;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setReceiveBufferSize(int size) {}

  @Override
  public void setSendBufferSize(int size) {}

  @Override
  public int getReceiveBufferSize() {
    return 1 << 16;
  }

  @Override
  public int getSendBufferSize() {
    return 1 << 16;
  }

  @Override
  public synchronized void close() throws IOException {
    try (readable;
        writable) {
      channel.close();
    }
  }

  @Override
  public String toString() {
    return "socket " + path;
  }

  private static void await(Selector selector, long millis) throws IOException {
    try {
      selector.select(millis);
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      throw new IOException("the socket was closed", e);
    }
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer to = ByteBuffer.wrap(bytes, offset, length);
      int got = channel.read(to);
      if (got != 0 || length == 0) {
        return got;
      }
      int limit = timeoutMillis;
      long end = System.nanoTime() + limit * 1_000_000L;
      while (got == 0) {
        long left = (end - System.nanoTime()) / 1_000_000L;
        if (limit > 0 && left <= 0) {
          throw new SocketTimeoutException("nothing came in " + limit + " ms");
        }
        await(readable, limit == 0 ? 0 : left);
        got = channel.read(to);
      }
      return got;
    }

    @Override
    public int available() throws IOException {
      // Only whether, not how much: nobody needs more.
      int ready = readable.selectNow();
      readable.selectedKeys().clear();
      return ready;
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer from = ByteBuffer.wrap(bytes, offset, length);
      while (from.hasRemaining()) {
        if (channel.write(from) == 0) {
          await(writable, 0);
        }
      }
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }
}
