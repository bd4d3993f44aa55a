package io.holdfast.testkit;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.EmbeddedPostgres.StopMode;
import io.holdfast.embedded.ServerAccount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real server for a test. Closing it stops the server and deletes all it made. When the tests run
 * as root the server and its files belong to another user. One thread manages it; any may query.
 */
public final class TestCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresMajor major;
  private final EmbeddedPostgres server;
  private final Path home;
  private final String password;

  TestCluster(PostgresMajor major, EmbeddedPostgres server, Path home, String password) {
    this.major = major;
    this.server = server;
    this.home = home;
    this.password = password;
    LeftOverServers.watch(server);
  }

  public static TestClusterBuilder of(PostgresMajor major) {
    return new TestClusterBuilder(major);
  }

  /** A cluster that somebody else made, such as a restored one; closing stops it and leaves it. */
  public static TestCluster over(PostgresMajor major, Path dataDirectory) {
    Path home = ServerAccount.current().newTemporaryDirectory("hf");
    return new TestCluster(
        major,
        EmbeddedPostgres.over(major.binaries(), dataDirectory, home.resolve("log")),
        home,
        "");
  }

  public PostgresMajor major() {
    return major;
  }

  public Path dataDirectory() {
    return server.dataDirectory();
  }

  public int port() {
    return server.port();
  }

  public long pid() {
    return server.pid();
  }

  public boolean running() {
    return server.running();
  }

  /** In libpq's words, over TCP, as superuser. */
  public String conninfo() {
    return server.conninfo();
  }

  /** Likewise, over the socket. */
  public String socketConninfo() {
    return server.socketConninfo();
  }

  public Path socketDirectory() {
    return server.socketDirectory();
  }

  /** The server's output so far. */
  public String log() {
    try {
      return Files.readString(server.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends to postgresql.conf; in force from the next start or {@link #reload}. */
  public void configure(String name, String value) {
    append(
        dataDirectory().resolve("postgresql.conf"),
        name + " = '" + value.replace("'", "''") + "'\n");
  }

  public void reload() {
    sql("SELECT pg_reload_conf()");
  }

  /** Starts it, on the port it had before if there was one. */
  public void start() {
    server.start();
  }

  /** Likewise, with settings given on the command line. */
  public void start(Map<String, String> settings) {
    server.start(server.port(), settings);
  }

  public void stop() {
    server.stop(StopMode.FAST);
  }

  /** Stops as in a crash: the next start recovers. */
  public void stopImmediately() {
    server.stop(StopMode.IMMEDIATE);
  }

  /** SIGKILL to the postmaster. */
  public void kill() {
    server.kill();
  }

  public void restart() {
    stop();
    start();
  }

  public void promote() {
    sql("SELECT pg_promote(true, 60)");
  }

  /**
   * Makes a streaming standby and starts it. Stops this server for a moment to copy its directory,
   * and lets it keep 128 MB of WAL.
   */
  public TestCluster standby() {
    boolean ran = running();
    stop();
    configure("wal_keep_size", "128MB");
    Path standbyHome = ServerAccount.current().newTemporaryDirectory("hf");
    Path data = standbyHome.resolve("data");
    try {
      ClusterTemplates.copyTree(dataDirectory(), data);
      Files.createFile(data.resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServerAccount.current().own(data.resolve("standby.signal"));
    if (ran) {
      start();
    }
    TestCluster standby =
        new TestCluster(
            major,
            EmbeddedPostgres.over(server.binaries(), data, standbyHome.resolve("log")),
            standbyHome,
            password);
    standby.configure("primary_conninfo", conninfo() + " application_name=standby");
    standby.start();
    if (ran) {
      standby.await("SELECT count(*) = 1 FROM pg_stat_wal_receiver WHERE status = 'streaming'");
    }
    return standby;
  }

  /** Waits until a standby has replayed all that {@code primary} has written. */
  public void awaitReplayOf(TestCluster primary) {
    String target = primary.query("SELECT pg_current_wal_flush_lsn()");
    await("SELECT pg_last_wal_replay_lsn() >= '" + target + "'::pg_lsn");
  }

  /** Waits until a query says true. */
  public void await(String condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!query(condition).equals("t")) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not true: " + condition + "; log: " + log());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  public Connection connect() throws SQLException {
    return connect("postgres");
  }

  public Connection connect(String database) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port()});
    source.setUser("postgres");
    source.setPassword(password);
    source.setDatabaseName(database);
    return source.getConnection();
  }

  /** Runs statements, each in a transaction of its own. */
  public void sql(String... statements) {
    sqlIn("postgres", statements);
  }

  public void sqlIn(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The first column of the first row. */
  public String query(String sql) {
    return queryIn("postgres", sql);
  }

  public String queryIn(String database, String sql) {
    return rowsIn(database, sql).getFirst().getFirst();
  }

  /** All rows, as text; a null is "null". */
  public List<List<String>> rows(String sql) {
    return rowsIn("postgres", sql);
  }

  public List<List<String>> rowsIn(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
          row.add(String.valueOf(result.getString(column)));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Databases that can be connected to. */
  public List<String> databases() {
    return rows("SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1").stream()
        .map(List::getFirst)
        .toList();
  }

  @Override
  public void close() {
    server.close();
    LeftOverServers.forget(server);
    TemporaryFiles.delete(home);
  }

  private static void append(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
