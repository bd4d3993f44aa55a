package io.holdfast.repository.objects;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that can be gone through more than once, piece by piece. */
interface Content {
  /** Hands over all bytes in order, in pieces of {@code size} and a last smaller one. */
  void pieces(int size, Piece piece);

  /** Receives a piece; the array is only valid during the call. */
  @FunctionalInterface
  interface Piece {
    void accept(byte[] bytes, int offset, int length);
  }

  /** Content in memory, handed over without a copy. */
  record InMemory(byte[] bytes, int offset, int length) implements Content {
    @Override
    public void pieces(int size, Piece piece) {
      for (int at = 0; at < length; at += size) {
        piece.accept(bytes, offset + at, Math.min(size, length - at));
      }
    }
  }

  /** Content of a file. */
  record InFile(Path file) implements Content {
    @Override
    public void pieces(int size, Piece piece) {
      byte[] buffer = new byte[size];
      try (InputStream in = Files.newInputStream(file)) {
        int length = in.readNBytes(buffer, 0, size);
        while (length > 0) {
          piece.accept(buffer, 0, length);
          length = length < size ? 0 : in.readNBytes(buffer, 0, size);
        }
      } catch (IOException e) {
        throw new HoldfastException(
            ExitStatus.SOURCE_FAILED, "could not read " + file + " to store it: " + e, null, e);
      }
    }
  }
}
