package io.holdfast.postgres;

import io.holdfast.postgres.dump.JdbcMoment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A session in one database that sees a single moment of it, for as long as it is open, and reads
 * only. Vacuum cannot remove what was deleted since. Not thread-safe, but {@link #close} may be
 * called by any thread, and ends what is being asked.
 *
 * <p>Sequences keep no moments: what is asked of them is their present state.
 */
public interface MomentSession extends AutoCloseable {
  /**
   * Connects; {@link #look} comes next.
   *
   * @param connection its {@code dbname} is the database
   */
  static MomentSession connect(ConnectionSettings connection) {
    return JdbcMoment.connect(connection);
  }

  /** Connects and sees the present moment. */
  static MomentSession begin(ConnectionSettings connection) {
    MomentSession session = connect(connection);
    try {
      session.look();
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  String database();

  /** Sees the present moment from now on, and no longer the one that it saw before. */
  Moment look();

  /**
   * @param snapshot as the cluster counts transactions: sessions that say the same see the same
   * @param at by the server's clock
   */
  record Moment(String snapshot, Instant at) {}

  /** By which other sessions, pg_dump's among them, come to see this moment, while it is open. */
  String export();

  /** Keeps what it sees from being dropped, truncated or altered, as a dump itself does. */
  void lockTables(Duration patience);

  /**
   * What of this database the role may not read, so that a dump would fail; each with what mends
   * it. Empty if it may read everything.
   */
  List<ServerSession.Requirement> unreadable();

  /**
   * What of this database a dump leaves out because the role may not see it, without an error; in
   * words. Empty if it sees everything.
   */
  List<String> invisible();

  /** What the table of contents of a dump must have at least. */
  DumpContents contents();

  /**
   * Counts everything.
   *
   * @param checksums read every row, not only count it; a table whose rows are too large for that
   *     has none
   */
  DatabaseFigures figures(boolean checksums);

  @Override
  void close();
}
