package io.holdfast.testkit.storm;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What one worker of a storm has of its own: a schema, a source of chance, what it left open. */
final class StormSession {
  private TestCluster cluster;
  private final int worker;
  private final Optional<Path> home;
  private final SplittableRandom random;
  final List<String> databases = new ArrayList<>();
  final List<String> tablespaces = new ArrayList<>();
  final Deque<String> prepared = new ArrayDeque<>();
  private int names;

  StormSession(TestCluster cluster, int worker, Optional<Path> home, SplittableRandom random) {
    this.cluster = cluster;
    this.worker = worker;
    this.home = home;
    this.random = random;
  }

  int worker() {
    return worker;
  }

  int major() {
    return cluster.major().number();
  }

  SplittableRandom random() {
    return random;
  }

  /** 1 to {@code most}. */
  int upTo(int most) {
    return random.nextInt(most) + 1;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** A name that was never used before, in the whole cluster. */
  String fresh(String prefix) {
    return prefix + "_" + worker + "_" + ++names;
  }

  void moveTo(TestCluster successor) {
    cluster = successor;
  }

  void forget() {
    databases.clear();
    tablespaces.clear();
    prepared.clear();
  }

  /** A directory of the server's user, for a tablespace; "" if it has to lie inside the data. */
  String newPlace(String name) {
    return home.map(under -> newPlace(under, name).toString()).orElse("");
  }

  static Path newPlace(Path home, String name) {
    try {
      Path place = Files.createDirectory(home.resolve(name));
      ServerAccount.current().own(place);
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs each as a client would send it: in one session, outside of a transaction unless begun. */
  void sql(String... statements) throws SQLException {
    run("postgres", "w" + worker, statements);
  }

  void in(String database, String... statements) throws SQLException {
    run(database, "public", statements);
  }

  private void run(String database, String schema, String... statements) throws SQLException {
    try (Connection connection = cluster.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + schema + ", public");
      statement.execute("SELECT setseed(" + random.nextDouble() + ")");
      for (String one : statements) {
        try {
          statement.execute(one);
        } catch (SQLException e) {
          throw new SQLException(one + ": " + e.getMessage(), e.getSQLState(), e);
        }
      }
    }
  }

  long number(String query) throws SQLException {
    try (Connection connection = cluster.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = w" + worker + ", public");
      try (ResultSet row = statement.executeQuery(query)) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
