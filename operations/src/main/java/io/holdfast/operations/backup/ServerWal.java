package io.holdfast.operations.backup;

import io.holdfast.operations.changes.WalBytes;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.WalSegment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * WAL from the archive, and what is not whole there yet from the server, which has all of it up to
 * the start of a backup on disk. A file that the server is using again already holds other WAL than
 * its name says; a scanner sees that.
 */
record ServerWal(WalArchive archive, Path directory) implements WalBytes {
  @Override
  public boolean read(WalSegment segment, OutputStream to) {
    return archive.hasWhole(segment)
        ? archive.fetch(segment.name(), to).isPresent()
        : readFromServer(segment, to) || archive.fetch(segment.name(), to).isPresent();
  }

  private boolean readFromServer(WalSegment segment, OutputStream to) {
    Path file = directory.resolve(segment.name());
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(to);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new PostgresException(
          "could not read WAL segment '" + file + "' of the server",
          "Holdfast must run as the data directory's owner or as root.",
          e);
    }
  }
}
