package io.holdfast.operations.wal;

import io.holdfast.operations.changes.SummaryKeeper;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves archive_command and restore_command from a process that is running anyway, so that no JVM
 * is started for each segment. The client is {@code holdfast-wal}, a shell script.
 *
 * <p>One request for each connection, one line of UTF-8 each way:
 *
 * <pre>
 * PUSH {token} {absolute path of a file in pg_wal}     OK | ERROR {why}
 * GET {token} {name} {absolute destination}            OK | MISSING | ERROR {why}
 * AHEAD {token} {name} {absolute spool directory}      OK | ERROR {why}
 * </pre>
 *
 * <p>Listens on the loopback address only. The port and a random token stand in the desk file,
 * which only its owner can read: who can read it could do the same to the files himself.
 */
public final class WalDesk implements AutoCloseable {
  private static final int MAX_LINE = 8192;
  private static final int WORKERS = 4;
  private static final int WAITING = 16;
  private static final Duration REQUEST_TIME_OUT = Duration.ofSeconds(5);
  private static final Set<String> RECOVERY_FILES = Set.of("RECOVERYXLOG", "RECOVERYHISTORY");

  private final WalArchive archive;
  private final SummaryKeeper summaries;
  private final PushAhead push;
  private final WalGet get;
  private final Path deskFile;
  private final byte[] token;
  private final ServerSocket listener;
  private final ExecutorService workers;
  private final Progress progress;
  private final AtomicInteger serving = new AtomicInteger();
  private volatile long lastRequest = System.nanoTime();

  private WalDesk(WalArchive archive, Path deskFile, Progress progress) throws IOException {
    this.archive = archive;
    this.summaries = archive.keepSummaries(progress);
    this.push = new PushAhead(WalPush.of(archive, summaries), archive.segmentSize());
    this.get = new WalGet(archive, WalGet.PATIENCE);
    this.deskFile = deskFile;
    this.progress = progress;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    this.token = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
    this.listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), WAITING);
    this.workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("wal-desk-", 0).daemon().factory());
  }

  /**
   * Where the desk for a cluster of a configuration file is announced: below {@code
   * HOLDFAST_RUN_DIR}, or else {@code /tmp/holdfast-<uid>}, private to the user. {@code
   * holdfast-wal} makes the same name.
   */
  public static Path file(Path config, ClusterName cluster, Map<String, String> environment) {
    String key = config.toAbsolutePath().normalize().toString().replace('/', '%');
    return runDirectory(environment).resolve(key + "." + cluster + ".desk");
  }

  private static Path runDirectory(Map<String, String> environment) {
    String given = environment.getOrDefault("HOLDFAST_RUN_DIR", "");
    try {
      Path directory =
          given.isEmpty()
              ? Path.of("/tmp/holdfast-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
              : Path.of(given);
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(directory, DurableFile.OWNER_ONLY_DIRECTORY);
      }
      if (given.isEmpty()
          && !Files.getOwner(directory).equals(Files.getOwner(Path.of("/proc/self")))) {
        throw new IOException("it belongs to somebody else");
      }
      return directory;
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not use the run directory: " + e.getMessage(),
          "Set HOLDFAST_RUN_DIR to a directory of your own, here and for archive_command.",
          e);
    }
  }

  /** Opens a desk for a server and announces it. Serves in the background until closed. */
  public static WalDesk open(WalArchive archive, Path deskFile, Progress progress) {
    try {
      WalDesk desk = new WalDesk(archive, deskFile, progress);
      Thread.ofPlatform().name("wal-desk").daemon().start(desk::accept);
      desk.announce();
      return desk;
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED,
          "could not open the WAL desk: " + FileTrouble.reason(e),
          null,
          e);
    }
  }

  /**
   * Serves the recovery of one restored data directory, until nothing was asked for some time or
   * this thread is interrupted; then tidies its spool. Returns at once where another process does
   * so already.
   */
  public static void serveRecovery(
      WalArchive archive, WalSpool spool, Duration idle, Progress progress)
      throws InterruptedException {
    try (RecoveryDesk serving = RecoveryDesk.open(archive, spool, progress)) {
      while (serving.desk().filter(desk -> !desk.idleFor(idle)).isPresent()) {
        Thread.sleep(Math.clamp(idle.toMillis() / 10, 10, 1000));
      }
    }
  }

  /** One that cannot be announced for good, as when its thread is interrupted, is gone again. */
  private void announce() {
    try {
      DurableFile.write(deskFile, announcement());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private boolean idleFor(Duration time) {
    return serving.get() == 0 && System.nanoTime() - lastRequest >= time.toNanos();
  }

  private byte[] announcement() {
    String line =
        listener.getLocalPort() + " " + new String(token, StandardCharsets.US_ASCII) + "\n";
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        try {
          workers.execute(() -> serve(client));
        } catch (RejectedExecutionException e) {
          client.close();
        }
      } catch (IOException e) {
        if (!listener.isClosed()) {
          progress.warn("the WAL desk could not take a request: " + FileTrouble.reason(e));
        }
      }
    }
  }

  private void serve(Socket client) {
    serving.incrementAndGet();
    try (client) {
      client.setSoTimeout((int) REQUEST_TIME_OUT.toMillis());
      String answer = answer(readLine(client));
      OutputStream out = client.getOutputStream();
      out.write((answer + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // The client went away; it will ask again.
      return;
    } finally {
      lastRequest = System.nanoTime();
      serving.decrementAndGet();
    }
  }

  private static String readLine(Socket client) throws IOException {
    byte[] line = new byte[MAX_LINE];
    int length = 0;
    while (length < MAX_LINE) {
      int n = client.getInputStream().read(line, length, MAX_LINE - length);
      if (n < 0) {
        break;
      }
      length += n;
      if (line[length - 1] == '\n') {
        return new String(line, 0, length - 1, StandardCharsets.UTF_8);
      }
    }
    throw new IOException("no request");
  }

  private String answer(String request) {
    String[] words = request.split(" ", 3);
    if (words.length < 3
        || !MessageDigest.isEqual(words[1].getBytes(StandardCharsets.UTF_8), token)) {
      return "ERROR not a request of this desk";
    }
    try {
      return switch (words[0]) {
        case "PUSH" -> push(Path.of(words[2]));
        case "GET" -> get(words[2]);
        case "AHEAD" -> ahead(words[2]);
        default -> "ERROR not a request of this desk";
      };
    } catch (HoldfastException e) {
      progress.warn(e.getMessage() + e.hint().map(h -> ". " + h).orElse(""));
      return "ERROR " + oneLine(e.getMessage() + e.hint().map(h -> ". " + h).orElse(""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "ERROR the desk closes";
    } catch (RuntimeException e) {
      progress.warn("the WAL desk failed: " + e);
      return "ERROR " + oneLine(e.toString());
    }
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ').replace('\r', ' ');
  }

  private String push(Path file) throws InterruptedException {
    requireAbsolute(file);
    var _ = push.push(file);
    return "OK";
  }

  private String get(String rest) throws InterruptedException {
    String[] words = rest.split(" ", 2);
    Path destination = Path.of(words.length < 2 ? "" : words[1]).normalize();
    requireAbsolute(destination);
    Path data = dataDirectory(destination);
    requireSameServer(data);
    return get.get(words[0], destination, WalSpool.find(data)) ? "OK" : "MISSING";
  }

  private String ahead(String rest) {
    String[] words = rest.split(" ", 2);
    Path directory = Path.of(words.length < 2 ? "" : words[1]).normalize();
    requireAbsolute(directory);
    Path data = Optional.ofNullable(directory.getParent()).orElse(directory);
    requireSameServer(data);
    WalSpool.find(data).ifPresent(spool -> get.follow(words[0], spool));
    return "OK";
  }

  private static void requireAbsolute(Path path) {
    if (!path.isAbsolute()) {
      throw new HoldfastException(
          ExitStatus.USAGE, "could not serve a request: '" + path + "' is no absolute path");
    }
  }

  /** The desk writes nowhere but where PostgreSQL lets restore_command write. */
  private static Path dataDirectory(Path destination) {
    Path wal = destination.getParent();
    Path data = wal == null ? null : wal.getParent();
    if (wal == null
        || data == null
        || !String.valueOf(wal.getFileName()).equals("pg_wal")
        || !RECOVERY_FILES.contains(String.valueOf(destination.getFileName()))) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not fetch WAL to "
              + destination
              + ": expected RECOVERYXLOG or RECOVERYHISTORY in a server's pg_wal",
          "restore_command runs in the data directory; give it %f and %p.");
    }
    return data;
  }

  private void requireSameServer(Path data) {
    long found = DataDirectory.open(data).control().systemIdentifier();
    if (found != archive.systemIdentifier()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not serve "
              + data
              + ": expected a copy of the server with system identifier "
              + Long.toUnsignedString(archive.systemIdentifier())
              + ", found "
              + Long.toUnsignedString(found),
          "Check the cluster's name in restore_command.");
    }
  }

  /** The announcement may be that of a desk that took our place; that one stays. */
  private void withdraw() {
    try {
      if (Arrays.equals(Files.readAllBytes(deskFile), announcement())) {
        Files.deleteIfExists(deskFile);
      }
    } catch (IOException e) {
      // Gone already, or not ours to read: a client that finds nobody there starts the program.
      return;
    }
  }

  /** Ends: no new requests, those under way are finished, the desk file goes. */
  @Override
  public void close() {
    // Files of an interrupted thread can be neither read nor removed.
    boolean interrupted = Thread.interrupted();
    withdraw();
    try {
      listener.close();
    } catch (IOException e) {
      progress.warn("the WAL desk did not close: " + FileTrouble.reason(e));
    }
    workers.shutdown();
    try {
      if (!workers.awaitTermination(60, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      workers.shutdownNow();
    }
    push.close();
    summaries.close();
    get.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
