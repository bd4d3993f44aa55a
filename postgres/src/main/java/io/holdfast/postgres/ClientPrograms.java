package io.holdfast.postgres;

import io.holdfast.postgres.dump.InstalledClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * PostgreSQL's client programs ({@code pg_dump}, {@code pg_dumpall}, {@code pg_restore}, {@code
 * psql}) of one version on this machine.
 */
public interface ClientPrograms {
  /**
   * Finds programs for a server of a major version: the hints first, then PATH, then the places
   * where distributions put them. Those of just that version are preferred wherever they are, for
   * what a newer pg_dump writes an older pg_restore cannot read; else the oldest of the newer ones.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if there are none, or only older
   *     ones, which would leave out what they do not know
   */
  static ClientPrograms find(int serverMajor, List<Path> hints) {
    return InstalledClients.find(serverMajor, hints);
  }

  Path directory();

  int major();

  /** As the programs say it: {@code 15.14}. */
  String version();

  /**
   * Starts one. It is told how to connect by its environment alone, as this connection is told; no
   * password is among its arguments, and no PG… variable of ours reaches it otherwise. Time-outs
   * that are set for the role or the database do not apply to its sessions.
   *
   * @param connection its database is the one the program connects to
   * @param patience how long it may let us wait for a byte of its output, or, once that has ended,
   *     for its end; zero for ever
   */
  ClientRun start(
      Program program, List<String> arguments, ConnectionSettings connection, Duration patience);

  /** As above, for work without a server. */
  ClientRun start(Program program, List<String> arguments, Duration patience);

  /** What can be started. */
  enum Program {
    PG_DUMP("pg_dump"),
    PG_DUMPALL("pg_dumpall"),
    PG_RESTORE("pg_restore"),
    PSQL("psql");

    private final String command;

    Program(String command) {
      this.command = command;
    }

    public String command() {
      return command;
    }
  }
}
