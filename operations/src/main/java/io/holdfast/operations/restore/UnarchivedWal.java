package io.holdfast.operations.restore;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalSegment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * WAL in an existing data directory that the archive does not have: after a crash the newest
 * transactions may lie nowhere else. A delta clears pg_wal, so these files are put aside first.
 */
final class UnarchivedWal {
  private static final String ASIDE = "holdfast.saved-wal-";
  private static final String COPYS_OWN = "\narchive_mode = 'off'\n";

  private UnarchivedWal() {}

  /**
   * Ascending. None in a copy that an earlier restore made, whose WAL is nobody's; none among the
   * files that the server has only prepared for later.
   */
  static List<Path> in(Path dataDirectory, WalArchive archive) throws IOException {
    Path directory = dataDirectory.resolve("pg_wal");
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(directory) || isCopy(dataDirectory)) {
      return found;
    }
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, "????????????????????????")) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (WalSegment.parse(name, archive.segmentSize()).filter(s -> begins(file, s)).isPresent()
            && !isWhole(name, archive)) {
          found.add(file);
        }
      }
    }
    found.sort(null);
    return found;
  }

  private static boolean isCopy(Path dataDirectory) throws IOException {
    Path auto = dataDirectory.resolve("postgresql.auto.conf");
    if (!Files.isRegularFile(auto)) {
      return false;
    }
    String text = Files.readString(auto, StandardCharsets.ISO_8859_1);
    return text.contains(ConfigWriter.HEADING) && text.contains(COPYS_OWN);
  }

  /** A recycled file keeps the header of the segment that it was. */
  private static boolean begins(Path file, WalSegment segment) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(WalPageHeader.SIZE);
      return head.length == WalPageHeader.SIZE
          && WalPageHeader.parse(head, 0)
              .filter(h -> h.address().equals(segment.start()))
              .isPresent();
    } catch (IOException e) {
      throw WriteFailure.of("read", file, e);
    }
  }

  private static boolean isWhole(String name, WalArchive archive) {
    return WalSegment.parse(name, archive.segmentSize()).filter(archive::hasWhole).isPresent();
  }

  /** Moves the files into a directory beside pg_wal, durably. */
  static Path putAside(Path dataDirectory, List<Path> files, String restore) throws IOException {
    Path aside = dataDirectory.resolve(ASIDE + restore);
    if (!Files.isDirectory(aside)) {
      Files.createDirectory(
          aside, PosixFilePermissions.asFileAttribute(Ownership.permissions(0700)));
    }
    for (Path file : files) {
      Path to = aside.resolve(String.valueOf(file.getFileName()));
      // pg_wal may be a link to another file system.
      Files.copy(file, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      DiskSync.one(to);
    }
    DiskSync.one(aside);
    DiskSync.one(dataDirectory);
    return aside;
  }
}
