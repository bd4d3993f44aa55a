package io.holdfast.sftp.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.FullAccessSftpClient;
import org.apache.sshd.sftp.common.SftpConstants;

/**
 * One connection to the server, with the requests of the protocol. Many threads may use it at once:
 * a request is sent and its answer awaited by its number, and any number may be under way.
 *
 * <p>An {@link IOException} that is no {@link StatusException} means that the connection is of no
 * use any more, and that nobody knows which of the requests under way had their effect.
 */
public final class Line implements AutoCloseable {
  public static final String LINK = "hardlink@openssh.com";
  public static final String RENAME = "posix-rename@openssh.com";
  public static final String SYNC = "fsync@openssh.com";

  /** Opens what exists, for writing. */
  public static final int WRITE = SftpConstants.SSH_FXF_WRITE;

  public static final int READ = SftpConstants.SSH_FXF_READ;

  /** Makes a file, and fails where there is one. */
  public static final int CREATE =
      SftpConstants.SSH_FXF_WRITE | SftpConstants.SSH_FXF_CREAT | SftpConstants.SSH_FXF_EXCL;

  /** What the library puts before a request: length, kind, number. */
  private static final int HEADER = 9;

  private static final int FILE_MODE = 0600;
  private static final int DIRECTORY_MODE = 0700;
  private static final int UNREAD = 32;

  private final ClientSession session;
  private final FullAccessSftpClient client;
  private final Tuning tuning;
  private final ReentrantLock sending = new ReentrantLock();
  private final Queue<Integer> unread = new ConcurrentLinkedQueue<>();

  Line(ClientSession session, FullAccessSftpClient client, Tuning tuning) {
    this.session = session;
    this.client = client;
    this.tuning = tuning;
  }

  boolean isOpen() {
    return session.isOpen() && client.isOpen() && !client.isClosing();
  }

  /** What the server says it can do beyond version 3. */
  public Set<String> extensions() {
    return client.getServerExtensions().keySet();
  }

  public byte[] open(String path, int flags) throws IOException {
    return Answers.handle(answer(sendOpen(path, flags)));
  }

  public int sendOpen(String path, int flags) throws IOException {
    Buffer request = request(path.length() + 32);
    put(request, path);
    request.putInt(flags);
    if ((flags & SftpConstants.SSH_FXF_CREAT) == 0) {
      request.putInt(0);
    } else {
      mode(request, FILE_MODE);
    }
    return send(SftpConstants.SSH_FXP_OPEN, request);
  }

  public byte[] awaitHandle(int number) throws IOException {
    return Answers.handle(answer(number));
  }

  /** Does not wait for the answer, which could only be about data that was synced or read. */
  public void close(byte[] handle) throws IOException {
    unread.add(sendHandle(SftpConstants.SSH_FXP_CLOSE, handle));
  }

  public int sendRead(byte[] handle, long offset, int length) throws IOException {
    Buffer request = request(handle.length + 16);
    request.putBytes(handle);
    request.putLong(offset);
    request.putInt(length);
    return send(SftpConstants.SSH_FXP_READ, request);
  }

  /**
   * @return how many bytes came, at least 1; -1 at the end of the file
   */
  public int awaitData(int number, byte[] into, int at, int most) throws IOException {
    return Answers.data(answer(number), into, at, most);
  }

  public int sendWrite(byte[] handle, long offset, byte[] bytes, int at, int length)
      throws IOException {
    Buffer request = request(handle.length + 16 + length);
    request.putBytes(handle);
    request.putLong(offset);
    request.putBytes(bytes, at, length);
    return send(SftpConstants.SSH_FXP_WRITE, request);
  }

  public void awaitOk(int number) throws IOException {
    Answers.ok(answer(number));
  }

  /** An answer that nobody waits for. */
  public void forget(int number) {
    unread.add(number);
  }

  /** Follows links. */
  public FileStat stat(String path) throws IOException {
    return Answers.stat(answer(sendPath(SftpConstants.SSH_FXP_STAT, path)));
  }

  public FileStat stat(byte[] handle) throws IOException {
    return Answers.stat(answer(sendHandle(SftpConstants.SSH_FXP_FSTAT, handle)));
  }

  /** Sets the time of modification, and that of access to the same. */
  public void setModified(String path, long second) throws IOException {
    Buffer request = request(path.length() + 32);
    put(request, path);
    request.putInt(SftpConstants.SSH_FILEXFER_ATTR_ACMODTIME);
    request.putUInt(second);
    request.putUInt(second);
    awaitOk(send(SftpConstants.SSH_FXP_SETSTAT, request));
  }

  /** Makes a directory; one that exists is refused. */
  public void makeDirectory(String path) throws IOException {
    Buffer request = request(path.length() + 32);
    put(request, path);
    mode(request, DIRECTORY_MODE);
    awaitOk(send(SftpConstants.SSH_FXP_MKDIR, request));
  }

  public void removeDirectory(String path) throws IOException {
    awaitOk(sendPath(SftpConstants.SSH_FXP_RMDIR, path));
  }

  public void remove(String path) throws IOException {
    awaitOk(sendPath(SftpConstants.SSH_FXP_REMOVE, path));
  }

  public int sendRemove(String path) throws IOException {
    return sendPath(SftpConstants.SSH_FXP_REMOVE, path);
  }

  /** A second name for a file; fails where that name is taken. */
  public void link(String existing, String name) throws IOException {
    awaitOk(sendExtended(LINK, existing, name));
  }

  /** {@code rename(2)}: replaces a file of the new name. */
  public void rename(String from, String to) throws IOException {
    awaitOk(sendExtended(RENAME, from, to));
  }

  /** Returns when what was written is on the server's disk. */
  public void sync(byte[] handle) throws IOException {
    awaitSync(sendSync(handle));
  }

  public int sendSync(byte[] handle) throws IOException {
    Buffer request = request(handle.length + 64);
    put(request, SYNC);
    request.putBytes(handle);
    return send(SftpConstants.SSH_FXP_EXTENDED, request);
  }

  public void awaitSync(int number) throws IOException {
    Answers.ok(answer(number, tuning.sync()));
  }

  /** All names in a directory but "." and "..", in no order. */
  public List<Entry> list(String path) throws IOException {
    byte[] handle = Answers.handle(answer(sendPath(SftpConstants.SSH_FXP_OPENDIR, path)));
    try {
      List<Entry> all = new ArrayList<>();
      while (true) {
        List<Entry> some = Answers.names(answer(sendHandle(SftpConstants.SSH_FXP_READDIR, handle)));
        if (some.isEmpty()) {
          return all;
        }
        some.stream()
            .filter(e -> !e.name().equals(".") && !e.name().equals(".."))
            .forEach(all::add);
      }
    } finally {
      close(handle);
    }
  }

  private int sendPath(int kind, String path) throws IOException {
    Buffer request = request(path.length() + 8);
    put(request, path);
    return send(kind, request);
  }

  private int sendHandle(int kind, byte[] handle) throws IOException {
    Buffer request = request(handle.length + 4);
    request.putBytes(handle);
    return send(kind, request);
  }

  private int sendExtended(String extension, String first, String second) throws IOException {
    Buffer request = request(first.length() + second.length() + 64);
    put(request, extension);
    put(request, first);
    put(request, second);
    return send(SftpConstants.SSH_FXP_EXTENDED, request);
  }

  private static void put(Buffer request, String text) {
    request.putString(text, StandardCharsets.UTF_8);
  }

  private static void mode(Buffer request, int mode) {
    request.putInt(SftpConstants.SSH_FILEXFER_ATTR_PERMISSIONS);
    request.putInt(mode);
  }

  private static Buffer request(int size) {
    Buffer request = new ByteArrayBuffer(HEADER + size);
    request.wpos(HEADER);
    request.rpos(HEADER);
    return request;
  }

  private int send(int kind, Buffer request) throws IOException {
    discard();
    sending.lock();
    try {
      return client.send(kind, request);
    } catch (RuntimeException e) {
      // The library says so of a channel that is closed meanwhile.
      throw new IOException("the connection broke", e);
    } finally {
      sending.unlock();
    }
  }

  private void discard() throws IOException {
    if (unread.size() < UNREAD) {
      return;
    }
    for (int left = UNREAD; left > 0; left--) {
      Integer number = unread.poll();
      if (number != null && client.receive(number, Duration.ZERO) == null) {
        unread.add(number);
      }
    }
  }

  private Buffer answer(int number) throws IOException {
    return answer(number, tuning.silence());
  }

  private Buffer answer(int number, Duration limit) throws IOException {
    Buffer answer;
    try {
      // Once only: what the library gave up waiting for, it throws away when it comes.
      answer = client.receive(number, limit);
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
      throw e;
    }
    if (answer == null) {
      close();
      throw new IOException("no answer within " + limit.toSeconds() + " seconds");
    }
    return answer;
  }

  @Override
  public void close() {
    session.close(true);
  }
}
