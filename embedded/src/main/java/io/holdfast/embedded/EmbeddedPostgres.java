package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One server on one data directory: listens on 127.0.0.1 and on a socket. The port and the socket
 * directory are given on the command line, so a copy of the data directory knows nothing of them. A
 * server survives this process unless stopped. Used by one thread at a time.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT_ATTEMPTS = 5;

  private final PostgresBinaries binaries;
  private final ServerAccount account = ServerAccount.current();
  private final Path dataDirectory;
  private final Path log;
  private @Nullable Path socketDirectory;
  private @Nullable Postmaster postmaster;
  private int port;

  private EmbeddedPostgres(PostgresBinaries binaries, Path dataDirectory, Path log) {
    this.binaries = binaries;
    this.dataDirectory = dataDirectory.toAbsolutePath();
    this.log = log.toAbsolutePath();
  }

  /** How a server is told to stop. */
  public enum StopMode {
    /** Ends sessions and writes a checkpoint. */
    FAST("INT"),
    /** As in a crash: the next start recovers. */
    IMMEDIATE("QUIT");

    private final String signal;

    StopMode(String signal) {
      this.signal = signal;
    }

    String signal() {
      return signal;
    }
  }

  /**
   * Makes a new cluster in a directory that is empty or does not exist; its parents must let the
   * server's user in.
   *
   * @param log where the server's output goes
   */
  public static EmbeddedPostgres create(
      PostgresBinaries binaries, Path dataDirectory, Path log, ClusterOptions options) {
    EmbeddedPostgres made = new EmbeddedPostgres(binaries, dataDirectory, log);
    InitDb.run(binaries, made.account, made.dataDirectory, options);
    return made;
  }

  /** A cluster that exists. The directory must belong to the server's user. */
  public static EmbeddedPostgres over(PostgresBinaries binaries, Path dataDirectory, Path log) {
    return new EmbeddedPostgres(binaries, dataDirectory, log);
  }

  /**
   * Starts the server and waits until it accepts connections.
   *
   * @param askedPort 0 takes one that is free
   * @param settings given on the command line, above all files
   */
  public void start(int askedPort, Map<String, String> settings) {
    if (running()) {
      throw new IllegalStateException("it runs already: " + dataDirectory);
    }
    for (int attempt = 1; ; attempt++) {
      int candidate = askedPort == 0 ? freePort() : askedPort;
      try {
        postmaster = Postmaster.start(command(candidate, settings), dataDirectory, log, PATIENCE);
        port = candidate;
        return;
      } catch (PortTakenException e) {
        if (askedPort != 0 || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  public void start() {
    start(port, Map.of());
  }

  /** Stops the server if it runs, and waits for its end. */
  public void stop(StopMode mode) {
    if (postmaster != null) {
      postmaster.stop(mode.signal(), PATIENCE);
      postmaster = null;
    }
  }

  /** Kills the postmaster with SIGKILL and waits until its children have seen it and gone. */
  public void kill() {
    if (postmaster != null) {
      postmaster.kill(PATIENCE);
      postmaster = null;
    }
  }

  public boolean running() {
    return postmaster != null && postmaster.alive();
  }

  /** The port of the last start. */
  public int port() {
    return port;
  }

  public long pid() {
    if (postmaster == null) {
      throw new IllegalStateException("it does not run: " + dataDirectory);
    }
    return postmaster.pid();
  }

  /** Where the socket is while it runs; a short path. */
  public Path socketDirectory() {
    if (socketDirectory == null) {
      socketDirectory = account.newTemporaryDirectory("hf");
    }
    return socketDirectory;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  public Path log() {
    return log;
  }

  public PostgresBinaries binaries() {
    return binaries;
  }

  /** For libpq and all that speaks its words, over TCP. */
  public String conninfo() {
    return "host=127.0.0.1 port=" + port + " user=" + ClusterOptions.SUPERUSER + " dbname=postgres";
  }

  /** Likewise, over the socket. */
  public String socketConninfo() {
    return conninfo().replace("127.0.0.1", socketDirectory().toString());
  }

  /** Lets a running server live on; it is nobody's then, {@code pg_ctl stop} ends it. */
  public void abandon() {
    postmaster = null;
    socketDirectory = null;
  }

  /** Stops the server at once if it runs. Leaves the data directory. */
  @Override
  public void close() {
    stop(StopMode.IMMEDIATE);
    try {
      if (socketDirectory != null) {
        Directories.delete(socketDirectory);
      }
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not delete " + socketDirectory, null, e);
    }
  }

  private List<String> command(int candidate, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("port", Integer.toString(candidate));
    all.put("listen_addresses", "127.0.0.1");
    all.put("unix_socket_directories", socketDirectory().toString());
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C in our terminal is not for the server.
    ServerAccount.onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
    command.addAll(List.of(binaries.program("postgres"), "-D", dataDirectory.toString()));
    all.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return account.command(command);
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not find a free port on 127.0.0.1", null, e);
    }
  }
}
