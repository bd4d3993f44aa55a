package io.holdfast.operations.backup;

import io.holdfast.operations.physical.NewestBackup;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.OnlineBackup;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerSession;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The server and the directory that is taken for its data directory. A backup of another server's
 * directory under this server's label would restore to rubbish, so every sign is compared.
 */
record Source(ServerFacts facts, ClusterFiles files, boolean standby) {
  private static final String WRONG_PLACE =
      "Give the data directory of the server that the connection leads to. A backup runs on the"
          + " machine of its server, or reads through the connection (source: sql).";

  static Source examine(ServerSession session, BackupRequest request) {
    ServerFacts facts = session.facts();
    ClusterFiles files =
        request.overSql()
            ? ClusterFiles.of(session, request.connection(), request.jobs())
            : onThisMachine(facts, request);
    Source source = new Source(facts, files, session.inRecovery());
    source.requireSameServer(source.files.control());
    return source;
  }

  private static ClusterFiles onThisMachine(ServerFacts facts, BackupRequest request) {
    if (request.dataDirectory().isEmpty() && facts.dataDirectory().isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not find the data directory: the role may not read the setting data_directory",
          "Grant it pg_read_all_settings (or pg_monitor), or name the data directory.");
    }
    Path path = request.dataDirectory().orElseGet(() -> ServerPath.of(facts.dataDirectory()));
    requireSamePlace(facts, path);
    return DataDirectory.open(path);
  }

  private static void requireSamePlace(ServerFacts facts, Path path) {
    if (facts.dataDirectory().isEmpty()) {
      return;
    }
    Path theirs = ServerPath.of(facts.dataDirectory());
    try {
      if (Files.exists(theirs) && Files.exists(path) && !Files.isSameFile(theirs, path)) {
        throw wrong(path.toString(), "the server's data directory", theirs.toString());
      }
    } catch (IOException e) {
      throw new PostgresException(
          "could not compare " + path + " with the server's data directory " + theirs,
          WRONG_PLACE,
          e);
    }
  }

  private void requireSameServer(ControlFile control) {
    if (control.systemIdentifier() != facts.systemIdentifier()) {
      throw wrong(
          files.place(),
          "system identifier " + Long.toUnsignedString(facts.systemIdentifier()),
          Long.toUnsignedString(control.systemIdentifier()));
    }
    if (control.majorVersion() != facts.major()) {
      throw wrong(
          files.place(),
          "a data directory of PostgreSQL " + facts.major(),
          "one of " + control.majorVersion());
    }
    ControlFile.State expected =
        standby ? ControlFile.State.IN_ARCHIVE_RECOVERY : ControlFile.State.IN_PRODUCTION;
    if (control.state() != expected) {
      throw wrong(files.place(), "state " + expected, control.state().toString());
    }
  }

  /**
   * The checkpoint that began the backup must be in the files: proves that these are the server's
   * (a standby beside it, or yesterday's copy, has the same identifier).
   */
  ControlFile requireStarted(OnlineBackup online) {
    ControlFile control = files.control();
    requireSameServer(control);
    if (control.redo().isBefore(online.start())) {
      throw wrong(
          files.place(),
          "a checkpoint with redo point " + online.start() + " or later",
          control.redo().toString());
    }
    if (control.timeline() != online.timeline()) {
      throw wrong(
          files.place(), "timeline " + online.timeline(), String.valueOf(control.timeline()));
    }
    if (online.fromStandby() != standby) {
      throw new PostgresException(
          "could not start the backup: the server was promoted just now", "Start it again.", null);
    }
    return control;
  }

  /** The last look at pg_control, after all data was read. */
  byte[] controlAtEnd(ControlFile atStart) {
    byte[] bytes = files.controlBytes();
    ControlFile control = ControlFile.parse(bytes);
    requireSameServer(control);
    if (control.dataChecksumVersion() != atStart.dataChecksumVersion()) {
      throw new PostgresException(
          "could not finish the backup: data checksums were switched on or off meanwhile",
          "Start it again.",
          null);
    }
    return bytes;
  }

  /**
   * @throws HoldfastException (refused) if the cluster's newest backup, or for want of one its WAL,
   *     is of another server
   */
  void refuseStranger(ClusterArchive cluster, boolean newSystem) {
    if (newSystem) {
      return;
    }
    List<Long> known =
        NewestBackup.of(cluster).map(newest -> newest.server().systemIdentifier()).stream()
            .toList();
    if (known.isEmpty()) {
      known = WalArchive.systemIdentifiers(cluster);
    }
    if (!known.isEmpty() && !known.contains(facts.systemIdentifier())) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not back up into cluster "
              + cluster.name()
              + ": expected system identifier "
              + Long.toUnsignedString(known.getLast())
              + " as in what is there already, found "
              + Long.toUnsignedString(facts.systemIdentifier()),
          "Another server deserves another cluster name. If this server replaces the old one (after"
              + " pg_upgrade or a new initdb), say so with --new-system.");
    }
  }

  private static HoldfastException wrong(String place, String expected, String found) {
    return new PostgresException(
        "could not use " + place + " as data directory: expected " + expected + ", found " + found,
        WRONG_PLACE,
        null);
  }
}
