package io.holdfast.sftp.wire;

import io.holdfast.sftp.SftpSite;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.FullAccessSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.client.SftpVersionSelector;

/** Makes connections: finds the server, looks whether it is the right one, and logs in. */
final class Connector implements AutoCloseable {
  private static final int THREADS = 2;
  private static final long RECEIVE_WINDOW = 2L << 20;
  private static final int MISSED_ANSWERS = 3;

  private final SftpSite site;
  private final Tuning tuning;
  private final Logins logins;
  private final HostKeys keys;
  private final SshClient client;
  private final ConcurrentMap<ClientSession, RefusedException> refused = new ConcurrentHashMap<>();

  private Connector(SftpSite site, Tuning tuning, HostKeys keys) {
    this.site = site;
    this.tuning = tuning;
    this.logins = new Logins(site);
    this.keys = keys;
    this.client = client();
  }

  /**
   * @throws RefusedException if it is not known by which key to know the server
   */
  static Connector start(SftpSite site, Tuning tuning) throws IOException {
    Connector connector = new Connector(site, tuning, HostKeys.of(site));
    connector.client.start();
    return connector;
  }

  /** What a person has configured for other programs (~/.ssh/config, an agent) is left alone. */
  private SshClient client() {
    SshClient made =
        ClientBuilder.builder()
            .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
            .serverKeyVerifier(this::isRight)
            .build();
    made.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    made.setUserAuthFactories(logins.methods());
    made.setSignatureFactories(knownFirst(made.getSignatureFactories()));
    made.setNioWorkers(THREADS);
    CoreModuleProperties.TCP_NODELAY.set(made, true);
    CoreModuleProperties.WINDOW_SIZE.set(made, RECEIVE_WINDOW);
    CoreModuleProperties.IDLE_TIMEOUT.set(made, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(made, Duration.ZERO);
    CoreModuleProperties.AUTH_TIMEOUT.set(made, tuning.connect());
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(made, tuning.keepAlive());
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(made, MISSED_ANSWERS);
    SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(made, tuning.connect());
    return made;
  }

  /** A server has keys of several kinds and shows the one that is asked for first. */
  private List<NamedFactory<Signature>> knownFirst(List<NamedFactory<Signature>> all) {
    Set<String> kinds = keys.kinds();
    List<NamedFactory<Signature>> ordered = new ArrayList<>();
    all.stream().filter(one -> isOf(kinds, one.getName())).forEach(ordered::add);
    all.stream().filter(one -> !isOf(kinds, one.getName())).forEach(ordered::add);
    return ordered;
  }

  private static boolean isOf(Set<String> kinds, String signature) {
    return kinds.contains(signature)
        || (signature.startsWith("rsa-sha2-") && kinds.contains("ssh-rsa"));
  }

  private boolean isRight(ClientSession session, SocketAddress address, PublicKey key) {
    try {
      keys.check(key);
      return true;
    } catch (RefusedException e) {
      refused.put(session, e);
      return false;
    }
  }

  /**
   * @throws RefusedException if that cannot succeed however often it is tried
   */
  Line connect() throws IOException {
    ClientSession session =
        client.connect(site.user(), site.host(), site.port()).verify(tuning.connect()).getSession();
    try {
      logins.prepare(session);
      logIn(session);
      return new Line(session, channel(session), tuning);
    } catch (IOException | RuntimeException e) {
      session.close(true);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      throw e;
    } finally {
      refused.remove(session);
    }
  }

  private void logIn(ClientSession session) throws IOException {
    try {
      session.auth().verify(tuning.connect());
    } catch (SshException e) {
      RefusedException why = Optional.ofNullable(refused.get(session)).orElse(null);
      if (why != null) {
        throw why;
      }
      if (e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
        throw logins.refused();
      }
      throw e;
    }
  }

  private FullAccessSftpClient channel(ClientSession session) throws IOException {
    SftpClient made =
        SftpClientFactory.instance()
            .createSftpClient(session, SftpVersionSelector.fixedVersionSelector(3));
    if (made instanceof FullAccessSftpClient full) {
      return full;
    }
    throw new IllegalStateException("the library made a " + made.getClass());
  }

  @Override
  public void close() {
    client.stop();
  }
}
