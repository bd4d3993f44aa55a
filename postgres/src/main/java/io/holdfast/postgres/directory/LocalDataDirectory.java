package io.holdfast.postgres.directory;

import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.SupportedVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A data directory reached through the file system. */
public final class LocalDataDirectory implements DataDirectory {
  private final Path path;
  private final SupportedVersion version;

  private LocalDataDirectory(Path path, SupportedVersion version) {
    this.path = path;
    this.version = version;
  }

  public static DataDirectory open(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    String text = readVersion(absolute);
    SupportedVersion version =
        text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty() && text.length() < 5
            ? SupportedVersion.ofMajor(Integer.parseInt(text)).orElseThrow(() -> unknown(text))
            : raise(unknown(text));
    return new LocalDataDirectory(absolute, version);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public ControlFile control() {
    return ControlFile.parse(controlBytes());
  }

  @Override
  public byte[] controlBytes() {
    return new ControlFileReader(this::readControl).read();
  }

  @Override
  public void walk(Consumer<Entry> consumer, Consumer<String> remarks) {
    new DirectoryWalk(path, version, consumer, remarks).run();
  }

  @Override
  public EntryReader openReader() {
    return new LocalReader(path);
  }

  @Override
  public Optional<Long> postmaster() {
    return PostmasterFile.running(path);
  }

  private byte[] readControl() {
    Path file = path.resolve("global/pg_control");
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ControlFile.SIZE);
    } catch (IOException e) {
      throw new PostgresException("could not read '" + file + "': " + e, null, e);
    }
  }

  private static String readVersion(Path path) {
    Path file = path.resolve("PG_VERSION");
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(64), StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException e) {
      throw new PostgresException(
          "could not open data directory '" + path + "': expected PG_VERSION in it, found none",
          "Give the directory that SHOW data_directory names.",
          e);
    } catch (IOException e) {
      throw new PostgresException(
          "could not open data directory '" + path + "': " + e,
          "Run Holdfast as the owner of the data directory or as root.",
          e);
    }
  }

  private static PostgresException unknown(String text) {
    return new PostgresException(
        "could not open data directory: expected a version of PostgreSQL among "
            + SupportedVersion.list()
            + ", found '"
            + text
            + "'",
        "Use a Holdfast that knows this version of PostgreSQL.",
        null);
  }

  private static SupportedVersion raise(PostgresException e) {
    throw e;
  }
}
