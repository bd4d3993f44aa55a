package io.holdfast.operations.backup;

import io.holdfast.operations.changes.WalBytes;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.WalSegment;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;

/**
 * WAL from the archive, and what is not whole there yet from the server, which has all of it up to
 * the start of a backup on disk. A file that the server is using again already holds other WAL than
 * its name says; a scanner sees that.
 */
record ServerWal(WalArchive archive, ClusterFiles files) implements WalBytes {
  private static final int PART = 1 << 20;

  @Override
  public boolean read(WalSegment segment, OutputStream to) {
    return archive.hasWhole(segment)
        ? archive.fetch(segment.name(), to).isPresent()
        : readFromServer(segment, to) || archive.fetch(segment.name(), to).isPresent();
  }

  private boolean readFromServer(WalSegment segment, OutputStream to) {
    Entry entry = Entry.named("pg_wal/" + segment.name());
    try (EntryReader reader = files.openReader();
        OpenFile file = reader.open(entry)) {
      byte[] part = new byte[PART];
      int got = PART;
      for (long at = 0; got == PART; at += got) {
        got = file.read(at, part, 0, PART);
        to.write(part, 0, got);
      }
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("could not scan WAL segment " + segment.name(), e);
    }
  }
}
