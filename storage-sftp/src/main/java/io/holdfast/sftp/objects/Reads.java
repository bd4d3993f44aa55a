package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Failures;
import io.holdfast.sftp.wire.FileStat;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectTooLargeException;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Version;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Whole small objects and exact ranges. What a broken connection interrupts is read again. */
final class Reads {
  private final Tree tree;
  private final Lines lines;
  private final Chunks chunks;

  Reads(Tree tree, Chunks chunks) {
    this.tree = tree;
    this.lines = tree.lines();
    this.chunks = chunks;
  }

  /** An open file that is an object. */
  record Opened(byte[] handle, long size) {}

  private interface Reader<T> {
    T from(Line line, Opened file) throws IOException;
  }

  /** Empty if there is none. */
  Optional<Versioned> whole(ObjectKey key) {
    return reading(key, (line, again) -> wholeOn(line, key));
  }

  /** As above, on a connection at hand. */
  Optional<Versioned> wholeOn(Line line, ObjectKey key) throws IOException {
    return opened(
        line,
        key,
        (on, file) -> {
          if (file.size() > Storage.SMALL) {
            on.close(file.handle());
            throw new ObjectTooLargeException(lines.site().description(), key);
          }
          byte[] content = new byte[(int) file.size()];
          int read = fill(on, file, 0, content, 0, content.length);
          byte[] whole = read == content.length ? content : Arrays.copyOf(content, read);
          return new Versioned(whole, Version.of(whole));
        });
  }

  /** False if there is none. */
  boolean range(ObjectKey key, long offset, byte[] into, int at, int length) {
    return reading(
            key,
            (line, again) ->
                opened(
                    line,
                    key,
                    (on, file) -> {
                      long end = offset + length;
                      if (end > file.size()) {
                        on.close(file.handle());
                        throw tooShort(key, end, file.size());
                      }
                      int read = fill(on, file, offset, into, at, length);
                      if (read < length) {
                        throw tooShort(key, end, offset + read);
                      }
                      return true;
                    }))
        .isPresent();
  }

  private int fill(Line line, Opened file, long from, byte[] into, int at, int length)
      throws IOException {
    int done = 0;
    try (ReadAhead ahead = new ReadAhead(lines, line, file.handle(), chunks, from, from + length)) {
      while (done < length) {
        int read = ahead.next(into, at + done);
        if (read < 0) {
          return done;
        }
        done += read;
      }
    }
    return done;
  }

  /** Whoever reads closes the handle. */
  private <T> Optional<T> opened(Line line, ObjectKey key, Reader<T> reader) throws IOException {
    Optional<Opened> file = open(line, key);
    return file.isEmpty() ? Optional.empty() : Optional.of(reader.from(line, file.get()));
  }

  /** Empty if there is no such object; a directory, which OpenSSH's server opens, is none. */
  Optional<Opened> open(Line line, ObjectKey key) throws IOException {
    byte[] handle;
    try {
      handle = line.open(tree.pathOf(key), Line.READ);
    } catch (StatusException e) {
      if (e.isMissing() || isNoFile(line, key)) {
        return Optional.empty();
      }
      throw e;
    }
    FileStat found = line.stat(handle);
    if (!found.isFile()) {
      line.close(handle);
      return Optional.empty();
    }
    return Optional.of(new Opened(handle, found.size()));
  }

  private boolean isNoFile(Line line, ObjectKey key) throws IOException {
    return Tree.look(line, tree.pathOf(key)).filter(FileStat::isFile).isEmpty();
  }

  private <T> T reading(ObjectKey key, Lines.Attempt<T> attempt) {
    try {
      return lines.patiently(attempt);
    } catch (IOException e) {
      throw Failures.of(lines.site(), "read " + key, e);
    }
  }

  StorageException tooShort(ObjectKey key, long expected, long found) {
    return new StorageException(
        "could not read "
            + key
            + " from "
            + lines.site().description()
            + ": expected at least "
            + expected
            + " bytes, found "
            + found,
        "The file was cut short. Run: holdfast verify",
        null);
  }
}
