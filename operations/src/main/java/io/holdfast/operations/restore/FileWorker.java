package io.holdfast.operations.restore;

import io.holdfast.operations.restore.ReadJob.Piece;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Carries out jobs on one thread: chunks in, bytes out to their files. */
final class FileWorker implements AutoCloseable {
  private final ChunkReader reader;
  private final boolean delta;
  private final Ownership ownership;
  private final Syncer syncer;
  private final Progress progress;
  private final LongAdder written;
  private byte[] existing = new byte[0];
  private @Nullable TargetFile last;
  private long stretch;

  FileWorker(
      ChunkReader reader,
      boolean delta,
      Ownership ownership,
      Syncer syncer,
      Progress progress,
      LongAdder written) {
    this.reader = reader;
    this.delta = delta;
    this.ownership = ownership;
    this.syncer = syncer;
    this.progress = progress;
    this.written = written;
  }

  void run(ReadJob job) {
    syncer.check();
    List<ChunkRef> wanted = job.chunks();
    List<List<Piece>> places = job.pieces();
    if (delta) {
      wanted = new ArrayList<>();
      places = new ArrayList<>();
      for (int i = 0; i < job.chunks().size(); i++) {
        List<Piece> pieces = job.pieces().get(i);
        if (isThere(job.chunks().get(i), pieces)) {
          pieces.forEach(this::done);
        } else {
          wanted.add(job.chunks().get(i));
          places.add(pieces);
        }
      }
    }
    if (!wanted.isEmpty()) {
      read(job, wanted, places);
    }
  }

  private void read(ReadJob job, List<ChunkRef> wanted, List<List<Piece>> places) {
    int[] next = new int[1];
    try {
      reader.read(
          job.pack(),
          wanted,
          (chunk, content) -> {
            for (Piece piece : places.get(next[0])) {
              write(piece, content);
            }
            next[0]++;
          });
    } catch (RepositoryDamagedException e) {
      Piece first = places.get(Math.min(next[0], places.size() - 1)).getFirst();
      throw new RepositoryDamagedException(
          "could not restore " + first.file().stored() + ": " + e.getMessage(), e);
    }
  }

  private void write(Piece piece, byte[] content) {
    TargetFile file = piece.file();
    flushBefore(piece);
    try {
      if (delta && isThere(piece, content)) {
        done(piece);
        return;
      }
      file.write(content, piece.offset(), piece.length(), piece.at());
    } catch (IOException e) {
      throw WriteFailure.of("write", file.path(), e);
    }
    written.add(piece.length());
    done(piece);
  }

  /** What was written of a file before the stretch that this piece begins will not change again. */
  private void flushBefore(Piece piece) {
    long begun = piece.at() / TreeWriter.STRETCH;
    if (piece.file().equals(last) && begun != stretch) {
      syncer.flush(piece.file());
    }
    last = piece.file();
    stretch = begun;
  }

  private void done(Piece piece) {
    progress.advance(piece.length());
    if (piece.file().done(piece.length())) {
      finish(piece.file());
    }
  }

  void finish(TargetFile file) {
    try {
      FileChannel channel = file.complete(ownership);
      syncer.finish(file, channel);
    } catch (IOException e) {
      throw WriteFailure.of("write", file.path(), e);
    }
  }

  /**
   * Whether all of a chunk's bytes lie in their files already. A chunk is compared as a whole, for
   * its fingerprint is of the whole; where only parts of it are used, or parts twice, the question
   * has no answer.
   */
  private boolean isThere(ChunkRef chunk, List<Piece> pieces) {
    if (existing.length < chunk.rawLength()) {
      existing = new byte[chunk.rawLength()];
    }
    int filled = 0;
    try {
      for (Piece piece : pieces) {
        if (piece.offset() != filled
            || !piece.file().read(existing, filled, piece.length(), piece.at())) {
          return false;
        }
        filled += piece.length();
      }
    } catch (IOException e) {
      throw WriteFailure.of("read", pieces.getFirst().file().path(), e);
    }
    return filled == chunk.rawLength()
        && reader.fingerprint(existing, 0, filled) == chunk.fingerprint();
  }

  private boolean isThere(Piece piece, byte[] content) throws IOException {
    int end = piece.offset() + piece.length();
    return piece.file().read(existing, piece.offset(), piece.length(), piece.at())
        && Arrays.equals(existing, piece.offset(), end, content, piece.offset(), end);
  }

  @Override
  public void close() {
    reader.close();
  }
}
