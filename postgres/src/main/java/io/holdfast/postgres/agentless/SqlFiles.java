package io.holdfast.postgres.agentless;

import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.ServerSession.Requirement;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.directory.ControlFileReader;
import io.holdfast.postgres.session.Connector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A data directory reached through its server. */
public final class SqlFiles implements ClusterFiles {
  private static final int PAGE = 8192;

  /** What all readers together hold of what they fetched, however many they are. */
  private static final int HELD = 24 << 20;

  private static final int HELD_BY_ONE = 2 << 20;

  private final Connector connector;
  private final String serverRun;
  private final SupportedVersion version;
  private final int readers;

  private SqlFiles(Connector connector, String serverRun, SupportedVersion version, int readers) {
    this.connector = connector;
    this.serverRun = serverRun;
    this.version = version;
    this.readers = readers;
  }

  /** As {@link ClusterFiles#of}. */
  public static ClusterFiles open(ServerSession session, ConnectionSettings settings, int readers) {
    SqlFiles files =
        new SqlFiles(
            new Connector(settings),
            session.serverRun(),
            SupportedVersion.ofMajor(session.facts().major()).orElseThrow(),
            readers);
    files.requireGrants(session.missingForFiles());
    try (FileQueries queries = files.queries()) {
      // One is open just now: the walk takes its place.
      requireRoom(queries, readers);
    }
    return files;
  }

  private void requireGrants(List<Requirement> missing) {
    if (!missing.isEmpty()) {
      throw new PostgresException(
          "could not read the files of "
              + connector.description()
              + ": "
              + missing.getFirst().what(),
          missing.getFirst().fix(),
          null);
    }
  }

  private static void requireRoom(FileQueries queries, int readers) {
    int free = queries.freeSessions();
    if (free < readers) {
      throw new PostgresException(
          "could not read the files of "
              + queries.server()
              + ": expected room for "
              + readers
              + " more sessions, found "
              + Math.max(0, free),
          "Lower the number of jobs, or raise max_connections and restart the server.",
          null);
    }
  }

  private FileQueries queries() {
    return FileQueries.open(connector, serverRun);
  }

  @Override
  public Optional<Path> directory() {
    return Optional.empty();
  }

  @Override
  public String place() {
    return "the files of " + connector.description();
  }

  @Override
  public ControlFile control() {
    return ControlFile.parse(controlBytes());
  }

  @Override
  public byte[] controlBytes() {
    try (FileQueries queries = queries()) {
      return new ControlFileReader(() -> controlFile(queries)).read();
    }
  }

  private byte[] controlFile(FileQueries queries) {
    byte @Nullable [] bytes = queries.read("global/pg_control", 0, ControlFile.SIZE).bytes();
    if (bytes == null) {
      throw new PostgresException(
          "could not read global/pg_control of " + connector.description() + ": it is not there",
          null,
          null);
    }
    return bytes;
  }

  @Override
  public void walk(Consumer<Entry> consumer, Consumer<String> remarks) {
    try (FileQueries queries = queries()) {
      new SqlWalk(queries, version, consumer, remarks).run();
    }
  }

  /** What one of so many readers may hold. */
  static int share(int readers) {
    return Math.min(HELD_BY_ONE, HELD / readers / PAGE * PAGE);
  }

  @Override
  public EntryReader openReader() {
    return new SqlReader(queries(), share(readers));
  }
}
