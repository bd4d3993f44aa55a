package io.holdfast.postgres.session;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.OnlineBackup;
import io.holdfast.postgres.PostgresException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The low-level online backup API, never in its exclusive form: pg_start_backup and pg_stop_backup
 * in 14, pg_backup_start and pg_backup_stop since 15 (xlogfuncs.c). We never let the server wait
 * for its archiver: what is durable is for us to know.
 *
 * <p>Label and map are fetched as bytes: paths in the map may have any encoding.
 */
final class JdbcBackup implements OnlineBackup {
  private static final Pattern TIMELINE = Pattern.compile("(?m)^START TIMELINE: (\\d+)$");
  private static final String VOID =
      "This backup is void. Start it again; nothing was damaged on the server.";

  private final SqlConnection sql;
  private final String stopCall;
  private final boolean fromStandby;
  private final Lsn start;
  private final int timeline;
  private boolean over;

  private JdbcBackup(
      SqlConnection sql, String stopCall, boolean fromStandby, Lsn start, int timeline) {
    this.sql = sql;
    this.stopCall = stopCall;
    this.fromStandby = fromStandby;
    this.start = start;
    this.timeline = timeline;
  }

  static OnlineBackup start(SqlConnection sql, int major, String label, boolean fast) {
    boolean old = major < 15;
    boolean standby = isStandby(sql);
    String attempt = "start a backup on " + sql.server();
    String call =
        old ? "SELECT pg_start_backup(?, ?, false)::text" : "SELECT pg_backup_start(?, ?)::text";
    try {
      Lsn start = sql.list(call, row -> Lsn.parse(row.getString(1)), label, fast).getFirst();
      int timeline =
          sql.one(
              "read the timeline",
              "SELECT timeline_id FROM pg_control_checkpoint()",
              row -> row.getInt(1));
      String stopCall = old ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)";
      return new JdbcBackup(sql, stopCall, standby, start, timeline);
    } catch (SQLException e) {
      throw ServerError.of(attempt, e, startHint(e, standby, old));
    }
  }

  private static @Nullable String startHint(SQLException e, boolean standby, boolean old) {
    if ("42501".equals(e.getSQLState())) {
      return old
          ? "GRANT EXECUTE ON FUNCTION pg_start_backup(text, boolean, boolean),"
              + " pg_stop_backup(boolean, boolean) TO the role, in the database it connects to."
          : "GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean) TO the"
              + " role, in the database it connects to.";
    }
    return standby
        ? "On a standby the primary needs full_page_writes=on since the last restartpoint; run"
            + " CHECKPOINT on the primary, wait a moment and try again."
        : null;
  }

  @Override
  public Lsn start() {
    return start;
  }

  @Override
  public int timeline() {
    return timeline;
  }

  @Override
  public boolean fromStandby() {
    return fromStandby;
  }

  @Override
  public void check() {
    try {
      if (isStandby(sql) == fromStandby) {
        return;
      }
    } catch (PostgresException e) {
      throw new PostgresException(
          "could not go on with the backup: its session was lost: " + e.getMessage(), VOID, e);
    }
    throw promoted(null);
  }

  @Override
  public Stopped stop() {
    over = true;
    try {
      Stopped stopped =
          sql.list(
                  "SELECT lsn::text, "
                      + ServerText.bytes("labelfile")
                      + ", "
                      + ServerText.bytes("spcmapfile")
                      + " FROM "
                      + stopCall,
                  row ->
                      new Stopped(
                          Lsn.parse(row.getString(1)),
                          timeline,
                          row.getBytes(2),
                          Optional.ofNullable(row.getBytes(3)).filter(map -> map.length > 0)))
              .getFirst();
      if (isStandby(sql) != fromStandby) {
        throw promoted(null);
      }
      refuseOtherTimeline(stopped.label());
      return new Stopped(
          stopped.stop(), stopTimeline(stopped.stop()), stopped.label(), stopped.tablespaceMap());
    } catch (SQLException e) {
      if (fromStandby && promotedMeanwhile()) {
        throw promoted(e);
      }
      throw ServerError.of("end the backup on " + sql.server(), e, VOID);
    }
  }

  /** The timeline at the end: a standby may have followed its primary onto another one. */
  private int stopTimeline(Lsn stop) {
    return fromStandby
        ? sql.one(
            "read the timeline at the end",
            "SELECT min_recovery_end_timeline FROM pg_control_recovery()",
            row -> row.getInt(1))
        : sql.one(
            "read the timeline at the end",
            "SELECT ('x' || left(pg_walfile_name(?::pg_lsn), 8))::bit(32)::int",
            row -> row.getInt(1),
            stop.toString());
  }

  private void refuseOtherTimeline(byte[] label) {
    Matcher line = TIMELINE.matcher(new String(label, StandardCharsets.ISO_8859_1));
    if (!line.find() || Integer.parseInt(line.group(1)) != timeline) {
      throw new PostgresException(
          "could not end the backup on "
              + sql.server()
              + ": expected a label of timeline "
              + timeline
              + ", found another",
          VOID,
          null);
    }
  }

  private boolean promotedMeanwhile() {
    try {
      return !isStandby(sql);
    } catch (PostgresException e) {
      return false;
    }
  }

  private PostgresException promoted(@Nullable Throwable cause) {
    return new PostgresException(
        "could not go on with the backup on "
            + sql.server()
            + ": expected a "
            + (fromStandby ? "standby, found that it was promoted" : "primary, found a standby"),
        VOID,
        cause);
  }

  private static boolean isStandby(SqlConnection sql) {
    return sql.one(
        "ask whether the server is in recovery",
        "SELECT pg_is_in_recovery()",
        row -> row.getBoolean(1));
  }

  /** The server aborts what its session has begun. */
  @Override
  public void close() {
    if (!over) {
      over = true;
      sql.close();
    }
  }
}
