package io.holdfast.postgres.replication;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.WalStream;
import io.holdfast.postgres.session.Connector;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of walsender (repl_gram.y) over a connection with {@code replication=true}. */
public final class StreamingSession implements ReplicationSession {
  private static final Map<String, String> DRIVER =
      Map.of(
          "replication", "true",
          "assumeMinServerVersion", "9.4",
          "preferQueryMode", "simple",
          "gssEncMode", "disable");
  private static final Pattern SLOT_NAME = Pattern.compile("[a-z0-9_]{1,63}");
  private static final Pattern SIZE = Pattern.compile("(\\d+)(kB|MB|GB)");

  private final Connection connection;
  private final Connector connector;
  private final WireSession wire;
  private final int versionNumber;
  private final Duration patience;

  private StreamingSession(
      Connection connection,
      Connector connector,
      WireSession wire,
      int versionNumber,
      Duration patience) {
    this.connection = connection;
    this.connector = connector;
    this.wire = wire;
    this.versionNumber = versionNumber;
    this.patience = patience;
  }

  public static ReplicationSession connect(ConnectionSettings settings, String applicationName) {
    return connect(settings, applicationName, PhysicalStream.PATIENCE);
  }

  static ReplicationSession connect(
      ConnectionSettings settings, String applicationName, Duration patience) {
    Connector connector = new Connector(settings);
    Connection connection = connector.open(applicationName, DRIVER);
    try {
      WireSession wire = new WireSession(DriverSocket.take(connection), connector.description());
      return new StreamingSession(
          connection, connector, wire, DriverSocket.serverVersion(connection), patience);
    } catch (SQLException | IOException e) {
      close(connection);
      throw new PostgresException(
          "could not start a replication session with "
              + connector.description()
              + ": "
              + e.getMessage(),
          null,
          e);
    }
  }

  @Override
  public Identity identify() {
    WireSession.Row row = wire.run("identify the server", "IDENTIFY_SYSTEM").getFirst();
    return new Identity(
        Long.parseUnsignedLong(row.text(0)),
        Integer.parseInt(row.text(1)),
        Lsn.parse(row.text(2)),
        versionNumber);
  }

  /** READ_REPLICATION_SLOT is of 15 and tells less than the view, so this is asked over SQL. */
  @Override
  public Optional<Slot> slot(String name) {
    try (Connection sql = connector.open();
        PreparedStatement query =
            sql.prepareStatement(
                "SELECT active, restart_lsn::text, slot_type, wal_status = 'lost'"
                    + " FROM pg_catalog.pg_replication_slots WHERE slot_name = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        if (!row.getString(3).equals("physical")) {
          throw new PostgresException(
              "could not use the replication slot "
                  + name
                  + ": expected a physical one, found a "
                  + row.getString(3)
                  + " one",
              "Choose another name for our slot.",
              null);
        }
        return Optional.of(
            new Slot(
                name,
                row.getBoolean(1),
                Optional.ofNullable(row.getString(2)).map(Lsn::parse),
                row.getBoolean(4)));
      }
    } catch (SQLException e) {
      throw new PostgresException(
          "could not look at the replication slot " + name + ": " + e.getMessage(), null, e);
    }
  }

  @Override
  public Slot createSlot(String name, boolean temporary) {
    // This spelling is understood by 14 and by all that follow.
    wire.run(
        "create the replication slot " + name,
        "CREATE_REPLICATION_SLOT "
            + quoted(name)
            + (temporary ? " TEMPORARY" : "")
            + " PHYSICAL RESERVE_WAL");
    return slot(name)
        .orElseThrow(() ->
            new PostgresException(
                "could not create the replication slot " + name + ": it is gone again",
                null,
                null));
  }

  @Override
  public void dropSlot(String name) {
    wire.run("drop the replication slot " + name, "DROP_REPLICATION_SLOT " + quoted(name));
  }

  @Override
  public Optional<byte[]> timelineHistory(int timeline) {
    if (timeline == 1) {
      return Optional.empty();
    }
    List<WireSession.Row> rows =
        wire.run(
            "read the history of timeline " + timeline,
            "TIMELINE_HISTORY " + Integer.toUnsignedString(timeline));
    return Optional.of(rows.getFirst().bytes(1));
  }

  @Override
  public int walSegmentSize() {
    String text = wire.run("read the WAL segment size", "SHOW wal_segment_size").getFirst().text(0);
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new PostgresException(
          "could not read the WAL segment size: expected a number with a unit, found " + text,
          null,
          null);
    }
    int shift =
        switch (size.group(2)) {
          case "GB" -> 30;
          case "MB" -> 20;
          default -> 10;
        };
    return Integer.parseInt(size.group(1)) << shift;
  }

  @Override
  public WalStream stream(Optional<String> slot, Lsn from, int timeline) {
    boolean available = from.isBefore(identify().flushed());
    String command =
        String.format(
            Locale.ROOT,
            "START_REPLICATION %sPHYSICAL %s TIMELINE %d",
            slot.map(name -> "SLOT " + quoted(name) + " ").orElse(""),
            from,
            Integer.toUnsignedLong(timeline));
    return PhysicalStream.start(
        wire, command, "stream WAL from " + from + " on timeline " + timeline, available, patience);
  }

  private static String quoted(String slot) {
    if (!SLOT_NAME.matcher(slot).matches()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not use '" + slot + "' as the name of a replication slot",
          "Use 1 to 63 lower-case letters, digits and '_'.");
    }
    return '"' + slot + '"';
  }

  @Override
  public void close() {
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way.
    }
  }
}
