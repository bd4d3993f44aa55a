package io.holdfast.operations.restore;

import io.holdfast.operations.wal.RecoveryDesk;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalSpool;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.Programs;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
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
    long before = length(log);
    Instant begin = clock.instant();
    progress.begin("recovering", 0);
    Optional<RecoveryDesk> desk = serveWal(plan, progress);
    try {
      Programs.RunningServer server =
          programs.start(plan.directory(), log, UNTIL_UP, plan.request().standing());
      RecoveryLog read = awaitEnd(plan, server, log, before);
      ControlFile control = DataDirectory.open(plan.directory()).control();
      requireAllReplayed(plan, control.timeline(), log);
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
      desk.ifPresent(RecoveryDesk::close);
      progress.end();
    }
  }

  /** A delta keeps the log of an earlier start, which says what was true then. */
  private static long length(Path log) {
    try {
      return Files.exists(log) ? Files.size(log) : 0;
    } catch (IOException e) {
      throw WriteFailure.of("look at", log, e);
    }
  }

  /**
   * Replay ends without a word at WAL that it cannot read. With everything asked for, that would
   * pass off the state before the damage as the latest one. Where it ended the history of the new
   * timeline tells; the log need not, for whoever takes over logs as the source did.
   */
  private static void requireAllReplayed(RestorePlan plan, int timeline, Path log) {
    Optional<WalView.End> last = plan.route().last();
    if (!(plan.request().target() instanceof RecoveryTarget.Latest)
        || plan.request().standby()
        || last.isEmpty()) {
      return;
    }
    Path history = plan.directory().resolve("pg_wal/" + TimelineHistory.fileName(timeline));
    Lsn end;
    try {
      end =
          TimelineHistory.parse(timeline, Files.readAllBytes(history)).ancestors().getLast().end();
    } catch (IOException e) {
      throw WriteFailure.of("read", history, e);
    }
    if (!end.isAfter(last.get().lsn())) {
      throw new HoldfastException(
          ExitStatus.NO,
          "the restored server runs, but replay ended too early: expected the transaction of "
              + last.get().time()
              + " at "
              + last.get().lsn()
              + ", found the end of replay at "
              + end,
          "WAL in between cannot be read: see "
              + log
              + " for where, and `holdfast verify --read-data --wal`.");
    }
  }

  /** Hands out WAL from this process while it lives, so that restore_command starts no other. */
  private Optional<RecoveryDesk> serveWal(RestorePlan plan, Progress progress) {
    long server = plan.details().server().systemIdentifier();
    WalArchive wal = WalArchive.find(archive, server).orElseThrow();
    WalSpool spool = WalSpool.find(plan.directory()).orElseThrow();
    try {
      return Optional.of(RecoveryDesk.open(wal, spool, progress));
    } catch (HoldfastException e) {
      progress.warn(e.getMessage() + "; restore_command goes on by itself");
      return Optional.empty();
    }
  }

  private static RecoveryLog awaitEnd(
      RestorePlan plan, Programs.RunningServer server, Path log, long from) {
    try {
      while (true) {
        boolean alive = server.alive();
        RecoveryLog read = RecoveryLog.read(log, from);
        ControlFile.State state = DataDirectory.open(plan.directory()).control().state();
        if (state == ControlFile.State.IN_PRODUCTION
            || read.paused()
            || (plan.request().standby() && alive)) {
          // A standby takes sessions since it was said to have started, so it is consistent.
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
