package io.holdfast.operations.wal;

import io.holdfast.operations.changes.SummaryKeeper;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.SealedObjects.Put;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What archive_command does: stores one file of pg_wal. PostgreSQL repeats it after every failure
 * and after crashes, so the same file again is success.
 */
public final class WalPush {
  private final Function<ControlFile, WalArchive> archives;
  private final Optional<SummaryKeeper> summaries;

  private WalPush(Function<ControlFile, WalArchive> archives, Optional<SummaryKeeper> summaries) {
    this.archives = archives;
    this.summaries = summaries;
  }

  /** For files of one server only. */
  public static WalPush of(WalArchive archive) {
    return new WalPush(control -> ofThatServer(archive, control), Optional.empty());
  }

  /** As above, with a summary of each segment kept. */
  static WalPush of(WalArchive archive, SummaryKeeper summaries) {
    return new WalPush(control -> ofThatServer(archive, control), Optional.of(summaries));
  }

  private static WalArchive ofThatServer(WalArchive archive, ControlFile control) {
    if (control.systemIdentifier() != archive.systemIdentifier()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not archive WAL: expected the server with system identifier "
              + Long.toUnsignedString(archive.systemIdentifier())
              + ", found "
              + Long.toUnsignedString(control.systemIdentifier()),
          "This is another server. Give every server a cluster name of its own.");
    }
    return archive;
  }

  /** For files of whichever server the data directory is of, if the cluster's archive knows it. */
  public static WalPush into(ClusterArchive cluster) {
    return new WalPush(
        control -> {
          KnownServers.refuseStranger(cluster, control.systemIdentifier());
          return WalArchive.of(cluster, control.systemIdentifier(), control.walSegmentSize());
        },
        Optional.empty());
  }

  /**
   * Stores a file; durable on return.
   *
   * @param file in the pg_wal of a data directory
   * @throws io.holdfast.repository.DifferentContentException if the archive holds other bytes
   * @throws HoldfastException (refused) if the file is not of this server or not what its name says
   */
  public Put push(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    Path name = absolute.getFileName();
    if (directory == null || name == null || !isWal(directory)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not archive " + file + ": expected a file in a server's pg_wal",
          "archive_command runs in the data directory; give it %p.");
    }
    if (!Files.isRegularFile(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED,
          "could not archive " + file + ": expected a file, found none",
          "archive_command runs in the data directory; give it %p.");
    }
    Path data = Optional.ofNullable(directory.getParent()).orElseThrow();
    WalArchive archive = archives.apply(DataDirectory.open(data).control());
    return summaries
        .map(keeper -> archive.putFile(name.toString(), absolute, keeper))
        .orElseGet(() -> archive.putFile(name.toString(), absolute));
  }

  private static boolean isWal(Path directory) {
    Path name = directory.getFileName();
    return name != null && name.toString().equals("pg_wal") && directory.getParent() != null;
  }
}
