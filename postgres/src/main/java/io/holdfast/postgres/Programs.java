package io.holdfast.postgres;

import io.holdfast.postgres.programs.InstalledPrograms;
import io.holdfast.postgres.programs.RunningElsewhere;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** PostgreSQL's own programs of one version on this machine. */
public interface Programs {
  /**
   * Finds the directory that holds {@code postgres} of that major version: the hints first, then
   * PATH, then the places where distributions put it.
   */
  static Optional<Programs> find(int major, List<Path> hints) {
    return InstalledPrograms.find(major, hints);
  }

  Path directory();

  String version();

  /**
   * Makes a new cluster with {@code initdb}, as the directory's owner if we are root.
   *
   * @param directory there and empty
   * @param arguments of initdb, but for where
   * @throws PostgresException with what initdb said
   */
  void create(Path directory, List<String> arguments);

  /**
   * Ends the server that runs in a data directory, if one does, at once and without order: for a
   * copy that is thrown away. Waits for its end.
   */
  static void end(Path dataDirectory) {
    RunningElsewhere.end(dataDirectory);
  }

  /** Likewise, but in good order ("fast"): all that it has in memory is written. */
  static void stop(Path dataDirectory) {
    RunningElsewhere.stop(dataDirectory);
  }

  /** How a server stands beside the others of the machine. */
  enum Standing {
    EQUAL,
    /** Gets processor and disk when others leave them (nice, ionice where there are such). */
    BEHIND
  }

  /**
   * Starts a server on a data directory, as the directory's owner if we are root, and waits until
   * it accepts connections or, with {@code hot_standby}, until it is consistent. The server
   * outlives us. If recovery reaches a target where the server is to shut down, what is returned
   * may have ended already, in good order.
   *
   * @param log where its output goes
   * @throws PostgresException with the last lines of the log if it ends or does not come up in time
   */
  RunningServer start(Path dataDirectory, Path log, Duration patience, Standing standing);

  /** As above, with the same right to the machine as everybody. */
  default RunningServer start(Path dataDirectory, Path log, Duration patience) {
    return start(dataDirectory, log, patience, Standing.EQUAL);
  }

  /** A server that we started. */
  interface RunningServer {
    long pid();

    int port();

    Path dataDirectory();

    /** Stops it ("fast"), waiting for the end. */
    void stop();

    boolean alive();
  }
}
