package io.holdfast.sftp;

import io.holdfast.sftp.SftpSite.HostKey;
import io.holdfast.sftp.SftpSite.Login;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSH's server as it comes with Debian (package openssh-server), as an ordinary process with
 * keys, port and directory of its own. Never as root: where the tests run as root, as "backup", a
 * user that every Debian has.
 */
public final class OpenSshServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/sshd");
  private static final String ACCOUNT = "backup";

  private final Path folder;
  private final int port;
  private final Path clientKey;
  private final boolean asRoot = System.getProperty("user.name", "").equals("root");
  private @Nullable Process process;

  private OpenSshServer(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.clientKey = TestKeys.generate(folder.resolve("client"), "");
    TestKeys.generate(folder.resolve("host"), "");
  }

  public static OpenSshServer start() throws IOException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IOException(PROGRAM + " is missing: apt-get install openssh-server");
    }
    Path folder = Files.createTempDirectory("holdfast-sshd");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    OpenSshServer server = new OpenSshServer(folder, freePort());
    server.settle();
    server.launch();
    return server;
  }

  private void settle() throws IOException {
    Path keys = Files.copy(Path.of(clientKey + ".pub"), folder.resolve("authorized_keys"));
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
    Path data = Files.createDirectory(folder.resolve("data"));
    if (asRoot) {
      for (Path path : List.of(data, folder.resolve("host"))) {
        Files.setOwner(
            path,
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
      }
    }
    Files.writeString(
        folder.resolve("config"),
        """
        ListenAddress 127.0.0.1
        Port %d
        HostKey %s/host
        AuthorizedKeysFile %s/authorized_keys
        PidFile none
        UsePAM no
        StrictModes no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        MaxStartups 100
        Subsystem sftp internal-sftp
        """
            .formatted(port, folder, folder));
  }

  /** Also after {@link #kill}: the same server again. */
  public void launch() throws IOException {
    List<String> command = new ArrayList<>();
    if (asRoot) {
      command.addAll(
          List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--clear-groups"));
    }
    command.addAll(List.of(PROGRAM.toString(), "-D", "-e", "-f", folder.resolve("config") + ""));
    Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
    process = started;
    BufferedReader said = started.inputReader(StandardCharsets.UTF_8);
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      if (line.contains("Server listening on")) {
        Thread.ofVirtual().start(() -> drain(said));
        return;
      }
    }
    throw new IOException("sshd did not start: " + all);
  }

  /** A server whose words nobody reads stops some day. */
  private static void drain(BufferedReader said) {
    try {
      while (said.readLine() != null) {
        // Nobody wants to know.
      }
    } catch (IOException e) {
      // It was killed.
      return;
    }
  }

  /** As when the machine loses its power: the server and all connections. */
  public void kill() throws IOException {
    Process running = process;
    if (running != null) {
      process = null;
      List<ProcessHandle> all = new ArrayList<>(running.descendants().toList());
      running.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(running);
    }
  }

  /** Only the connections; a new one is taken. */
  public void killConnections() {
    Process running = process;
    if (running != null) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static void awaitEnd(Process running) throws IOException {
    try {
      if (!running.waitFor(30, TimeUnit.SECONDS)) {
        throw new IOException("sshd does not end");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Where the user may write. */
  public Path data() {
    return folder.resolve("data");
  }

  public Path folder() {
    return folder;
  }

  public int port() {
    return port;
  }

  public String user() {
    return asRoot ? ACCOUNT : System.getProperty("user.name", "");
  }

  public Path clientKey() {
    return clientKey;
  }

  /** {@code ssh-ed25519 AAAA…}. */
  public String hostKey() throws IOException {
    return TestKeys.publicLine(folder.resolve("host"));
  }

  public SftpSite site(String below) throws IOException {
    return site(below, new HostKey.Pinned(hostKey()), clientKey);
  }

  public SftpSite site(String below, HostKey hostKey, Path key) {
    return new SftpSite(
        "127.0.0.1",
        port,
        user(),
        data().resolve(below).toString(),
        hostKey,
        new Login.Identity(List.of(key), Optional.empty()),
        4,
        false);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
