package io.holdfast.postgres;

import io.holdfast.postgres.dump.JdbcTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server that dumps are restored into, through one of its databases. Not thread-safe. */
public interface DumpTarget extends AutoCloseable {
  static DumpTarget connect(ConnectionSettings connection) {
    return JdbcTarget.connect(connection);
  }

  Facts facts();

  /**
   * @param role that is connected
   * @param dataDirectory empty if the role may not see it, or the server is on another machine
   */
  record Facts(
      int versionNumber,
      String version,
      String role,
      boolean superuser,
      boolean mayCreateDatabases,
      boolean inRecovery,
      Optional<java.nio.file.Path> dataDirectory) {
    public int major() {
      return versionNumber / 10_000;
    }
  }

  boolean hasDatabase(String name);

  Set<String> roles();

  Set<String> tablespaces();

  /** Extensions that can be created, and the version that they would have. */
  Map<String, String> availableExtensions();

  /** How many relations, functions and types the connected database has that are its user's. */
  long userObjects();

  /**
   * Runs a statement, as a transaction of its own.
   *
   * @param attempt for messages, which say nothing of the statement: it may hold a password
   */
  void execute(String attempt, String sql);

  /** Runs statements, all or none. */
  void executeTogether(String attempt, List<String> statements);

  /** Rows of texts; a null is "". */
  List<List<String>> rows(String attempt, String query, String... parameters);

  @Override
  void close();
}
