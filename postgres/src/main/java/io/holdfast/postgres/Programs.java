package io.holdfast.postgres;

import io.holdfast.postgres.programs.InstalledPrograms;
import java.nio.file.Path;
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
   * Starts a server on a data directory, as the directory's owner if we are root, and waits until
   * it accepts connections or, with {@code hot_standby}, until it is consistent. The server
   * outlives us. If recovery reaches a target where the server is to shut down, what is returned
   * may have ended already, in good order.
   *
   * @param log where its output goes
   * @throws PostgresException with the last lines of the log if it ends or does not come up in time
   */
  RunningServer start(Path dataDirectory, Path log, java.time.Duration patience);

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
