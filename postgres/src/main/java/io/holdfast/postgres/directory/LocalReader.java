package io.holdfast.postgres.directory;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RawPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Reads through the file system. */
public final class LocalReader implements EntryReader {
  private final Path root;

  public LocalReader(Path root) {
    this.root = root;
  }

  @Override
  public OpenFile open(Entry entry) throws NoSuchFileException {
    Path file = RawPath.resolve(root, entry.location());
    try {
      return new LocalFile(file, FileChannel.open(file, StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public boolean parentExists(Entry entry) {
    Path parent = RawPath.resolve(root, entry.location()).getParent();
    return parent != null && Files.exists(parent);
  }

  @Override
  public List<byte[]> hashes(Entry entry, long from, long to, int unit) throws NoSuchFileException {
    MessageDigest sha256 = sha256();
    byte[] buffer = new byte[unit];
    List<byte[]> hashes = new ArrayList<>();
    try (OpenFile file = open(entry)) {
      for (long at = from; at < to; at += unit) {
        int got = file.read(at, buffer, 0, (int) Math.min(unit, to - at));
        if (got == 0) {
          break;
        }
        sha256.update(buffer, 0, got);
        hashes.add(sha256.digest());
      }
    }
    return hashes;
  }

  @Override
  public void close() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  static PostgresException failed(Path file, IOException cause) {
    return new PostgresException(
        "could not read " + file + ": " + cause.getMessage(),
        "Holdfast must run as the data directory's owner or as root.",
        cause);
  }
}
