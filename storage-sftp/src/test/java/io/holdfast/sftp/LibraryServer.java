package io.holdfast.sftp;

import io.holdfast.sftp.SftpSite.HostKey;
import io.holdfast.sftp.SftpSite.Login;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystem;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;
import org.jspecify.annotations.Nullable;

/**
 * The library's own server, in this process: another implementation than OpenSSH's, which offers
 * what it is told to and does to requests what networks and disks do. The user is "me".
 */
public final class LibraryServer implements AutoCloseable {
  public static final String PASSWORD = "hunter2hunter2";
  public static final String ALL =
      "fsync@openssh.com=1,hardlink@openssh.com=1,posix-rename@openssh.com=1";

  private final SshServer server;
  private final Path folder;
  private final KeyPair hostKey;
  private final Fates fates;

  private LibraryServer(SshServer server, Path folder, KeyPair hostKey, Fates fates) {
    this.server = server;
    this.folder = folder;
    this.hostKey = hostKey;
    this.fates = fates;
  }

  /**
   * @param extensions what it says it can do, as {@link #ALL}
   */
  public static LibraryServer start(String extensions) throws Exception {
    Path folder = Files.createTempDirectory("holdfast-sftp");
    KeyPair hostKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    Fates fates = new Fates();
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPasswordAuthenticator((user, password, session) -> password.equals(PASSWORD));
    server.setFileSystemFactory(new VirtualFileSystemFactory(folder));
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    SftpModuleProperties.OPENSSH_EXTENSIONS.set(server, extensions);
    SftpSubsystemFactory sftp = new WithHandlesOfTheirOwn();
    sftp.setFileSystemAccessor(new RenamingInOneStep());
    sftp.addSftpEventListener(fates);
    server.setSubsystemFactories(List.of(sftp));
    server.start();
    return new LibraryServer(server, folder, hostKey, fates);
  }

  public Fates fates() {
    return fates;
  }

  public int port() {
    return server.getPort();
  }

  public String hostKey() {
    return PublicKeyEntry.toString(hostKey.getPublic());
  }

  public Path data() {
    return folder;
  }

  public SftpSite site(String below) {
    return site(below, new HostKey.Pinned(hostKey()), PASSWORD, false);
  }

  public SftpSite site(String below, HostKey hostKey, String password, boolean allowUnsynced) {
    return new SftpSite(
        "127.0.0.1",
        port(),
        "me",
        below,
        hostKey,
        new Login.Password(() -> Secret.copyOf(password.getBytes(StandardCharsets.UTF_8))),
        3,
        allowUnsynced);
  }

  /** Drops what is connected, as a firewall does with idle ones. */
  public void dropConnections() throws IOException {
    for (var session : server.getActiveSessions()) {
      session.close(true).await();
    }
  }

  public int connections() {
    return server.getActiveSessions().size();
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The library gives out one handle twice when many are opened and closed at once. */
  private static final class WithHandlesOfTheirOwn extends SftpSubsystemFactory {
    @Override
    public Command createSubsystem(ChannelSession channel) {
      SftpSubsystem made =
          new SftpSubsystem(channel, this) {
            private int given;

            @Override
            protected String generateFileHandle(Path file) {
              return Integer.toString(++given);
            }
          };
      getRegisteredListeners().forEach(made::addSftpEventListener);
      return made;
    }
  }

  /** The library looks first and renames then; {@code rename(2)} does it in one step. */
  private static final class RenamingInOneStep implements SftpFileSystemAccessor {
    @Override
    public void renameFile(
        SftpSubsystemProxy subsystem, Path from, Path to, Collection<CopyOption> options)
        throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** What happens to the requests that come. */
  public static final class Fates implements SftpEventListener {
    public enum Fate {
      /** The connection breaks before the server has seen it. */
      LOST_REQUEST,
      /** The server does it, and the connection breaks before anybody hears of it. */
      LOST_ANSWER
    }

    private final List<Integer> seen = new ArrayList<>();
    private int at = -1;
    private Fate fate = Fate.LOST_ANSWER;
    private boolean spent;
    private long full = Long.MAX_VALUE;
    private final AtomicReference<@Nullable String> stopping = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch goingOn = new CountDownLatch(1);

    /** The n-th request from now on, from 1. */
    public synchronized void meet(int n, Fate next) {
      seen.clear();
      at = n;
      fate = next;
      spent = false;
    }

    public synchronized void forget() {
      seen.clear();
      at = -1;
      full = Long.MAX_VALUE;
    }

    /** From now on files take no byte beyond this offset: the disk is full. */
    public synchronized void fillUpAt(long offset) {
      full = offset;
    }

    /** The next rename to that name waits before it is done. */
    public void stopRenamesTo(String name) {
      stopping.set(name);
    }

    public void awaitStopped() throws InterruptedException {
      stopped.await();
    }

    public void goOn() {
      goingOn.countDown();
    }

    @Override
    public void moving(ServerSession session, Path from, Path to, Collection<CopyOption> options)
        throws IOException {
      String name = stopping.get();
      if (name != null && to.endsWith(name) && stopping.compareAndSet(name, null)) {
        stopped.countDown();
        try {
          goingOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    }

    /** Kinds of requests, in the order in which they came. */
    public synchronized List<Integer> seen() {
      return List.copyOf(seen);
    }

    public synchronized boolean spent() {
      return spent;
    }

    @Override
    public void received(ServerSession session, int type, int id) throws IOException {
      Fate met;
      synchronized (this) {
        seen.add(type);
        if (seen.size() != at) {
          return;
        }
        spent = true;
        met = fate;
      }
      session.close(true);
      if (met == Fate.LOST_REQUEST) {
        throw new IOException("lost");
      }
    }

    @Override
    public synchronized void writing(
        ServerSession session,
        String handle,
        FileHandle file,
        long offset,
        byte[] data,
        int at,
        int length)
        throws IOException {
      if (offset + length > full) {
        throw new IOException("No space left on device");
      }
    }
  }
}
