package io.holdfast.postgres.agentless;

import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.directory.NameList;
import io.holdfast.postgres.session.Connector;
import io.holdfast.postgres.session.JdbcSession;
import io.holdfast.postgres.session.ServerText;
import io.holdfast.postgres.session.SqlConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about files in one session of its own (genfile.c). Paths are relative to the data
 * directory, one char a byte. For one thread.
 */
final class FileQueries implements AutoCloseable {
  private static final String STAT = "s.size, extract(epoch FROM s.modification)::bigint, s.isdir";

  private final SqlConnection sql;

  private FileQueries(SqlConnection sql) {
    this.sql = sql;
  }

  /**
   * @param serverRun of the server that is meant: a connection string may lead to several
   */
  static FileQueries open(Connector connector, String serverRun) {
    SqlConnection sql = SqlConnection.openReading(connector);
    try {
      String found =
          sql.one(
              "tell this run of the server from others",
              JdbcSession.SERVER_RUN,
              row -> row.getString(1));
      if (!found.equals(serverRun)) {
        throw new PostgresException(
            "could not read files from "
                + sql.server()
                + ": expected the server that the backup runs on, found another or one that was"
                + " restarted",
            "Name a single host in the connection; if the server was restarted, start again.",
            null);
      }
      return new FileQueries(sql);
    } catch (RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  /** What stat says; times in whole seconds. */
  record Stat(long size, Instant modified, boolean directory) {}

  /**
   * @param bytes null if there is no such file
   */
  record Part(byte @Nullable [] bytes) {}

  /**
   * A part of a file.
   *
   * @param path plain ASCII
   */
  record Wanted(String path, long at, int length) {}

  /** All names in a directory, sorted; none if it is not there. */
  NameList names(String directory) {
    NameList names = new NameList();
    SqlPath path = SqlPath.of(directory);
    sql.each(
        "list " + shown(directory),
        "SELECT "
            + ServerText.bytes("l.name")
            + " FROM pg_ls_dir("
            + path.expression()
            + ", true, false) AS l(name)",
        row -> names.add(raw(row)),
        path.and());
    names.sort();
    return names;
  }

  private static String raw(ResultSet row) throws SQLException {
    String name = ServerText.raw(row, 1);
    return name == null ? "" : name;
  }

  Optional<Stat> stat(String file) {
    SqlPath path = SqlPath.of(file);
    return sql.one(
        "look at " + shown(file),
        "SELECT " + STAT + " FROM pg_stat_file(" + path.expression() + ", true) AS s",
        FileQueries::stat,
        path.and());
  }

  /** Of each in the same order. */
  List<Optional<Stat>> stats(List<String> files) {
    if (!files.stream().allMatch(SqlPath::isPlain)) {
      return files.stream().map(this::stat).toList();
    }
    return sql.list(
        "look at " + files.size() + " files, first " + shown(files.getFirst()) + ",",
        "SELECT "
            + STAT
            + " FROM unnest(?::text[]) WITH ORDINALITY AS p(path, i),"
            + " LATERAL pg_stat_file(p.path, true) AS s ORDER BY p.i",
        FileQueries::stat,
        sql.array("text", files.toArray()));
  }

  private static Optional<Stat> stat(ResultSet row) throws SQLException {
    long size = row.getLong(1);
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(new Stat(size, Instant.ofEpochSecond(row.getLong(2)), row.getBoolean(3)));
  }

  Part read(String file, long at, int length) {
    SqlPath path = SqlPath.of(file);
    return sql.one(
        "read " + shown(file),
        "SELECT pg_read_binary_file(" + path.expression() + ", ?, ?, true)",
        row -> new Part(row.getBytes(1)),
        path.and(at, (long) length));
  }

  /** Of each in the same order. */
  List<Part> read(List<Wanted> parts) {
    Part[] read = new Part[parts.size()];
    sql.list(
        "read " + parts.size() + " parts of files, first " + shown(parts.getFirst().path()) + ",",
        "SELECT p.i, pg_read_binary_file(p.path, p.at, p.length, true)"
            + " FROM unnest(?::text[], ?::bigint[], ?::bigint[])"
            + " WITH ORDINALITY AS p(path, at, length, i)",
        row -> read[row.getInt(1) - 1] = new Part(row.getBytes(2)),
        sql.array("text", parts.stream().map(Wanted::path).toArray()),
        sql.array("bigint", parts.stream().map(Wanted::at).toArray()),
        sql.array("bigint", parts.stream().map(part -> (long) part.length()).toArray()));
    return Arrays.asList(read);
  }

  /**
   * SHA-256 of the units from {@code from} to before {@code to}; empty arrays for those behind the
   * end.
   *
   * @return null if there is no such file
   */
  @Nullable List<byte[]> hashes(String file, long from, long to, int unit) {
    SqlPath path = SqlPath.of(file);
    List<byte[]> hashes = new ArrayList<>();
    List<Boolean> there =
        sql.list(
            "hash " + shown(file),
            // The inner question is kept apart, for what it calls is volatile: one read a unit.
            "SELECT CASE WHEN length(u.bytes) > 0 THEN sha256(u.bytes) ELSE u.bytes END FROM"
                + " (SELECT pg_read_binary_file(f.path, o.at, least(?, ? - o.at), true) AS bytes"
                + " FROM (SELECT "
                + path.expression()
                + " AS path) AS f, generate_series(?, ? - 1, ?) AS o(at)) AS u",
            row -> {
              byte[] hash = row.getBytes(1);
              return hash != null && hashes.add(hash);
            },
            parameters(path, unit, from, to));
    return there.contains(false) ? null : hashes;
  }

  private static Object[] parameters(SqlPath path, int unit, long from, long to) {
    List<Object> all = new ArrayList<>(List.of((long) unit, to));
    all.addAll(path.parameters());
    all.addAll(List.of(from, to, (long) unit));
    return all.toArray();
  }

  /** Where a tablespace lies, as bytes; relative if it lies in its place, empty if it is gone. */
  Optional<String> tablespaceLocation(String oid) {
    try {
      return sql.one(
          "find the tablespace " + oid,
          "SELECT " + ServerText.bytes("pg_tablespace_location(?::text::oid)"),
          row -> Optional.ofNullable(ServerText.raw(row, 1)),
          oid);
    } catch (PostgresException e) {
      if (names("pg_tblspc").contains(oid)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** As bytes; "" if the role may not see it. */
  String dataDirectory() {
    return sql
        .list(
            "find the data directory",
            "SELECT "
                + ServerText.bytes("setting")
                + " FROM pg_settings WHERE name = 'data_directory'",
            FileQueries::raw)
        .stream()
        .findFirst()
        .orElse("");
  }

  /** Whether the server lets its group read. */
  boolean groupMayRead() {
    return sql.one(
        "read the setting data_directory_mode",
        "SELECT current_setting('data_directory_mode')",
        row -> row.getString(1).endsWith("750"));
  }

  /** How many more sessions the server has room for. */
  int freeSessions() {
    return sql.one(
        "count the sessions",
        "SELECT current_setting('max_connections')::int"
            + " - current_setting('superuser_reserved_connections')::int"
            + " - coalesce(current_setting('reserved_connections', true), '0')::int"
            + " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')",
        row -> row.getInt(1));
  }

  String server() {
    return sql.server();
  }

  private static String shown(String path) {
    return path.isEmpty() ? "the data directory" : "'" + path + "'";
  }

  @Override
  public void close() {
    sql.close();
  }
}
