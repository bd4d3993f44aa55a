package io.holdfast.operations.wal;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Segments fetched ahead for a server in recovery: {@code <data directory>/holdfast-spool}. Beside
 * the data, so that handing one over is a rename, and outside pg_wal, where pg_rewind and the
 * server itself would stumble over it.
 *
 * <p>Its file {@code restore} has one line, {@code <id> <system identifier>}. A segment lies there
 * as {@code <id>.<name>}, so what another restore left is never taken for ours; it appears by
 * rename, whole, verified and fsynced. {@code holdfast-wal} (the shell client) knows these names.
 *
 * @param id of this restore: 16 hexadecimal digits
 */
public record WalSpool(Path directory, String id, long systemIdentifier) {
  /** Name of the directory below the data directory. */
  public static final String NAME = "holdfast-spool";

  private static final String MARKER = "restore";

  /** Where a desk that serves this recovery alone tells how to reach it. */
  private static final String DESK = "desk";

  /**
   * Makes the spool of a freshly restored data directory, owned as that is; what an earlier restore
   * left there goes.
   */
  public static WalSpool prepare(Path dataDirectory, long systemIdentifier) {
    Path directory = dataDirectory.resolve(NAME);
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    try {
      removeAll(directory);
      Files.createDirectory(directory, DurableFile.OWNER_ONLY_DIRECTORY);
      DurableFile.ownAs(dataDirectory, directory);
      String line = id + " " + Long.toUnsignedString(systemIdentifier) + "\n";
      DurableFile.write(directory.resolve(MARKER), line.getBytes(StandardCharsets.US_ASCII));
      return new WalSpool(directory, id, systemIdentifier);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /** The spool of a data directory, if a restore made one there. */
  public static Optional<WalSpool> find(Path dataDirectory) {
    Path directory = dataDirectory.resolve(NAME);
    try {
      List<String> words =
          List.of(Files.readString(directory.resolve(MARKER)).strip().split(" ", -1));
      return words.size() == 2 && words.getFirst().matches("[0-9a-f]{16}")
          ? Optional.of(
              new WalSpool(directory, words.getFirst(), Long.parseUnsignedLong(words.getLast())))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(directory, e);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Where a prefetched file lies, or will. */
  Path file(String name) {
    return directory.resolve(id + "." + name);
  }

  Path markerFile() {
    return directory.resolve(MARKER);
  }

  Path deskFile() {
    return directory.resolve(DESK);
  }

  Path dataDirectory() {
    return Optional.ofNullable(directory.getParent()).orElseThrow();
  }

  /** Whether the server that it is for is still (or again) to recover from the archive. */
  boolean inRecovery() {
    return Files.exists(dataDirectory().resolve("recovery.signal"))
        || Files.exists(dataDirectory().resolve("standby.signal"));
  }

  /** Removes the fetched segments; all of it once recovery is over. */
  void tidy() {
    try {
      if (inRecovery()) {
        removeFiles(directory, id + ".*");
      } else {
        removeAll(directory);
      }
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static void removeAll(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      removeFiles(directory, "*");
      Files.delete(directory);
    }
  }

  private static void removeFiles(Path directory, String pattern) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static HoldfastException unusable(Path directory, IOException e) {
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not use the WAL spool " + directory + ": " + FileTrouble.reason(e),
        "Check the owner of the data directory; the spool may be deleted at any time.",
        e);
  }
}
