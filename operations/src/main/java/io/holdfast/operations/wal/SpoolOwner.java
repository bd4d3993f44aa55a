package io.holdfast.operations.wal;

import io.holdfast.postgres.WalPageHeader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Whose a spool directory is. A receiver removes what an earlier one left in its spool, so two that
 * are not kept apart by one lease must not share it: those of another cluster, or of another
 * repository.
 *
 * <p>Stands in the directory's file {@code owner} as one line, {@code <repository> <cluster>
 * <system identifier>}, ended by a newline: a line without an end was cut off by a crash, and says
 * nothing.
 *
 * @param systemIdentifier of the server whose WAL was received last; another one of the same
 *     cluster takes over from it
 */
record SpoolOwner(String repository, String cluster, long systemIdentifier) {
  private static final String RECORD = "owner";
  private static final String ELSEWHERE =
      "Give this cluster another one: wal: { spool-directory: … } below it.";

  /** Far more than a line has. */
  private static final int MOST = 1024;

  static SpoolOwner of(ClusterArchive cluster, long systemIdentifier) {
    return new SpoolOwner(cluster.repositoryId().toString(), cluster.name(), systemIdentifier);
  }

  /**
   * Makes the directory ours for good. The caller holds the lease of the cluster's receiver. One
   * without a record is taken only if all WAL in it is of our server.
   *
   * @throws HoldfastException (refused) if it is another's; nothing was touched then
   */
  void claim(Path directory) {
    Path file = directory.resolve(RECORD);
    synchronized (SpoolOwner.class) {
      try {
        if (!Files.exists(file)) {
          refuseForeignWal(directory);
        }
        try (FileChannel channel =
                FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            var _ = channel.lock()) {
          claim(directory, channel);
        }
      } catch (IOException e) {
        throw new HoldfastException(
            ExitStatus.SOURCE_FAILED,
            "could not use the WAL spool " + directory + ": " + FileTrouble.reason(e),
            "Check the free space and the owner of the spool directory.",
            e);
      }
    }
  }

  private void claim(Path directory, FileChannel channel) throws IOException {
    Optional<SpoolOwner> found = read(channel);
    if (found.isEmpty()) {
      refuseForeignWal(directory);
    } else if (!found.get().repository.equals(repository) || !found.get().cluster.equals(cluster)) {
      throw refused(directory, found.get());
    }
    if (!found.equals(Optional.of(this))) {
      write(channel);
    }
  }

  private static Optional<SpoolOwner> read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST);
    for (int n = 0; n >= 0 && bytes.hasRemaining(); ) {
      n = channel.read(bytes, bytes.position());
    }
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    String[] words = text.strip().split(" ", -1);
    try {
      return text.endsWith("\n") && words.length == 3
          ? Optional.of(new SpoolOwner(words[0], words[1], Long.parseUnsignedLong(words[2])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void write(FileChannel channel) throws IOException {
    String line = repository + " " + cluster + " " + Long.toUnsignedString(systemIdentifier) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    channel.truncate(0);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    channel.force(true);
  }

  private void refuseForeignWal(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory, "*" + SpoolSegment.SUFFIX)) {
      for (Path file : files) {
        if (!isOurs(file)) {
          throw new HoldfastException(
              ExitStatus.REFUSED,
              "could not use the WAL spool "
                  + directory
                  + ": it does not say whose it is, and "
                  + file.getFileName()
                  + " is not of the server with system identifier "
                  + Long.toUnsignedString(systemIdentifier),
              ELSEWHERE + " If nothing receives WAL there any more, delete its *.spool files.");
        }
      }
    }
  }

  /** An empty file holds nothing that could be anybody's. */
  private boolean isOurs(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(WalPageHeader.SIZE);
      if (head.length < WalPageHeader.SIZE) {
        return head.length == 0;
      }
      return WalPageHeader.parse(head, 0)
          .filter(header -> header.systemIdentifier() == systemIdentifier)
          .isPresent();
    }
  }

  private HoldfastException refused(Path directory, SpoolOwner found) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not use the WAL spool "
            + directory
            + ": expected that of "
            + words()
            + ", found that of "
            + found.words(),
        ELSEWHERE
            + " If the other one is gone for good, delete the directory's file '"
            + RECORD
            + "'.");
  }

  private String words() {
    return "cluster " + cluster + " in repository " + repository;
  }
}
