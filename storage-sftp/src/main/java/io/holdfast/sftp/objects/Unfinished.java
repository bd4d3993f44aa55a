package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Failures;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file in the making, with several writes under way. Where the connection breaks it is opened
 * again on another one, and what was not acknowledged is sent again. As the server's machine may
 * have been switched off in between, what it acknowledged is read back first: an acknowledgement
 * before the file is synced means nothing after that. Used by one thread.
 */
final class Unfinished implements AutoCloseable {
  /** So often in a row without progress, each with all the patience for a connection. */
  private static final int MOST_BREAKS = 5;

  private final Lines lines;
  private final Chunks chunks;
  private final Abilities abilities;
  private final String attempt;
  private final String path;
  private final Deque<Write> underWay = new ArrayDeque<>();
  private final CRC32C acknowledged = new CRC32C();
  private @Nullable Line line;
  private byte[] handle;
  private long confirmed;
  private long sent;
  private int breaks;

  private static final class Write {
    final byte[] bytes;
    final int length;
    final long offset;
    int number;

    Write(byte[] bytes, int length, long offset) {
      this.bytes = bytes;
      this.length = length;
      this.offset = offset;
    }
  }

  /**
   * @param line with a user counted for this file
   * @param handle of that line
   */
  Unfinished(
      Lines lines,
      Chunks chunks,
      Abilities abilities,
      String attempt,
      String path,
      Line line,
      byte[] handle) {
    this.lines = lines;
    this.chunks = chunks;
    this.abilities = abilities;
    this.attempt = attempt;
    this.path = path;
    this.line = line;
    this.handle = handle;
  }

  String path() {
    return path;
  }

  /** An empty chunk, once there is room for one. */
  byte[] buffer() {
    while (true) {
      if (underWay.isEmpty()) {
        return chunks.takeFirst();
      }
      if (underWay.size() < lines.tuning().window()) {
        byte[] taken = chunks.take().orElse(null);
        if (taken != null) {
          return taken;
        }
      }
      confirmOldest();
    }
  }

  /** Takes the buffer over. */
  void send(byte[] bytes, int length) {
    Write write = new Write(bytes, length, sent);
    underWay.add(write);
    sent += length;
    try {
      write.number = line().sendWrite(handle, write.offset, bytes, 0, length);
    } catch (IOException e) {
      resume(e);
    }
  }

  private void confirmOldest() {
    while (true) {
      Write oldest = underWay.element();
      try {
        line().awaitOk(oldest.number);
        acknowledged.update(oldest.bytes, 0, oldest.length);
        confirmed += oldest.length;
        chunks.giveBack(underWay.remove().bytes);
        breaks = 0;
        return;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  /** Returns when everything is on the server's disk, as far as that can be told to sync. */
  void finish() {
    while (!underWay.isEmpty()) {
      confirmOldest();
    }
    while (true) {
      try {
        if (abilities.syncsFiles()) {
          line().sync(handle);
        }
        line().close(handle);
        giveBackLine();
        return;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private Line line() throws IOException {
    Line open = line;
    if (open == null) {
      throw new IOException("the connection broke");
    }
    return open;
  }

  private void resume(IOException why) {
    if (why instanceof StatusException || ++breaks > MOST_BREAKS) {
      throw Failures.of(lines.site(), attempt, why);
    }
    giveBackLine();
    lines.run(
        attempt,
        (fresh, again) -> {
          byte[] opened = fresh.open(path, Line.READ | Line.WRITE);
          compare(fresh, opened);
          for (Write write : underWay) {
            write.number = fresh.sendWrite(opened, write.offset, write.bytes, 0, write.length);
          }
          lines.keep(fresh);
          line = fresh;
          handle = opened;
          return true;
        });
  }

  private void compare(Line fresh, byte[] opened) throws IOException {
    CRC32C found = new CRC32C();
    byte[] buffer = new byte[chunks.size()];
    long at = 0;
    while (at < confirmed) {
      int most = (int) Math.min(buffer.length, confirmed - at);
      int came = fresh.awaitData(fresh.sendRead(opened, at, most), buffer, 0, most);
      if (came < 0) {
        break;
      }
      found.update(buffer, 0, came);
      at += came;
    }
    if (at < confirmed || found.getValue() != acknowledged.getValue()) {
      throw new StorageException(
          "could not "
              + attempt
              + " on "
              + lines.site().description()
              + ": after the connection broke, the server has lost what it had taken",
          "Its machine may have been switched off. Try again.",
          null);
    }
  }

  private void giveBackLine() {
    Line old = line;
    if (old != null) {
      line = null;
      lines.giveBack(old);
    }
  }

  @Override
  public void close() {
    underWay.forEach(write -> chunks.giveBack(write.bytes));
    underWay.clear();
    Line open = line;
    if (open != null) {
      try {
        open.close(handle);
      } catch (IOException e) {
        // The server closes what belongs to a connection that broke.
        giveBackLine();
        return;
      }
      giveBackLine();
    }
  }
}
