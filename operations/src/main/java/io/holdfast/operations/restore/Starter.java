package io.holdfast.operations.restore;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalDesk;
import io.holdfast.operations.wal.WalSpool;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Programs;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts a restored server and waits until recovery has come to where it was to. */
final class Starter {
  private static final Duration UNTIL_UP = Duration.ofHours(24);
  private static final long LOOK_AGAIN_MILLIS = 100;

  /** The desk ends with recovery, not by itself. */
  private static final Duration WITHOUT_REQUESTS = Duration.ofDays(365);

  private final ClusterArchive archive;
  private final RestoreHost host;
  private final InstantSource clock;

  Starter(ClusterArchive archive, RestoreHost host, InstantSource clock) {
    this.archive = archive;
    this.host = host;
    this.clock = clock;
  }

  RestoreResult.Started start(RestorePlan plan, Progress progress) {
    int major = plan.details().server().major();
    Programs programs =
        Programs.find(major, host.programs())
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.SOURCE_FAILED,
                    "could not start the restored cluster: no programs of PostgreSQL "
                        + major
                        + " were found on this machine",
                    "The directory is whole. Install them, or start it elsewhere."));
    Path log = plan.directory().resolve("holdfast-restore.log");
    Instant begin = clock.instant();
    progress.begin("recovering", 0);
    Thread desk = serveWal(plan, progress);
    try {
      Programs.RunningServer server = programs.start(plan.directory(), log, UNTIL_UP);
      RecoveryLog read = awaitEnd(plan, server, log);
      requireAllReplayed(plan, read, log);
      ControlFile control = DataDirectory.open(plan.directory()).control();
      return new RestoreResult.Started(
          state(plan.request(), read, server),
          server.pid(),
          server.alive() ? server.port() : 0,
          control.timeline(),
          read.reached(),
          read.lastTransaction(),
          connection(plan, server),
          log,
          Duration.between(begin, clock.instant()));
    } finally {
      desk.interrupt();
      progress.end();
    }
  }

  /**
   * Replay ends without a word at WAL that it cannot read. With everything asked for, that would
   * pass off the state before the damage as the latest one.
   */
  private static void requireAllReplayed(RestorePlan plan, RecoveryLog read, Path log) {
    if (!(plan.request().target() instanceof RecoveryTarget.Latest) || plan.request().standby()) {
      return;
    }
    Optional<Instant> expected =
        plan.route().reached().filter(plan.details().window().stopped()::isBefore);
    Optional<Instant> found = read.lastTransaction();
    if (expected.isPresent()
        && found.map(last -> last.plusMillis(1).isBefore(expected.get())).orElse(true)) {
      throw new HoldfastException(
          ExitStatus.NO,
          "the restored server runs, but replay ended too early: expected the transaction of "
              + expected.get()
              + ", found "
              + found.map(last -> "the last one to be of " + last).orElse("none"),
          "WAL in between cannot be read: see "
              + log
              + " for where, and `holdfast verify --read-data --wal`.");
    }
  }

  /** Hands out WAL from this process while it lives, so that restore_command starts no other. */
  private Thread serveWal(RestorePlan plan, Progress progress) {
    long server = plan.details().server().systemIdentifier();
    WalArchive wal = WalArchive.find(archive, server).orElseThrow();
    WalSpool spool = WalSpool.find(plan.directory()).orElseThrow();
    return Thread.ofPlatform()
        .name("restore-wal")
        .daemon()
        .start(() -> {
          try {
            WalDesk.serveRecovery(wal, spool, WITHOUT_REQUESTS, progress);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (HoldfastException e) {
            progress.warn(e.getMessage() + "; restore_command goes on by itself");
          }
        });
  }

  private static RecoveryLog awaitEnd(RestorePlan plan, Programs.RunningServer server, Path log) {
    try {
      while (true) {
        boolean alive = server.alive();
        RecoveryLog read = RecoveryLog.read(log);
        ControlFile.State state = DataDirectory.open(plan.directory()).control().state();
        if (state == ControlFile.State.IN_PRODUCTION
            || read.paused()
            || (plan.request().standby() && read.consistent())) {
          return read;
        }
        if (!alive) {
          if (plan.request().action() == TargetAction.SHUTDOWN
              && state == ControlFile.State.SHUT_DOWN_IN_RECOVERY) {
            return read;
          }
          throw new HoldfastException(
              ExitStatus.SOURCE_FAILED,
              "the restored server ended before recovery was over; its last words in "
                  + log
                  + ":\n"
                  + String.join("\n", read.lastLines()),
              "The directory is whole; mend the cause and start the server again.");
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Interrupted(e);
    } catch (IOException e) {
      throw WriteFailure.of("read", log, e);
    }
  }

  private static String state(
      RestoreRequest request, RecoveryLog read, Programs.RunningServer server) {
    if (!server.alive()) {
      return "shut down";
    }
    if (read.paused()) {
      return "paused";
    }
    return request.standby() ? "standby" : "promoted";
  }

  private String connection(RestorePlan plan, Programs.RunningServer server) {
    Map<String, String> known =
        host.connection().map(c -> c.parameters()).orElseGet(() -> Map.of());
    String socket = plan.settings().getOrDefault("unix_socket_directories", "");
    StringBuilder conninfo = new StringBuilder();
    conninfo.append("host=").append(word(socket.isEmpty() ? "localhost" : socket));
    conninfo.append(" port=").append(server.port());
    for (String key : List.of("user", "dbname")) {
      if (known.containsKey(key)) {
        conninfo.append(' ').append(key).append('=').append(word(known.get(key)));
      }
    }
    return conninfo.toString();
  }

  /** As libpq quotes values. */
  private static String word(String value) {
    return value.matches("[A-Za-z0-9_./:-]+")
        ? value
        : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
