package io.holdfast.sftp.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.sftp.OpenSshServer;
import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.SftpSite.HostKey;
import io.holdfast.sftp.SftpSite.Login;
import io.holdfast.sftp.SftpSite.SecretSource;
import io.holdfast.sftp.TestKeys;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.Secret;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with OpenSSH's server, and with who it is and who we are. */
final class SftpTroubleTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/object");
  private static final ObjectKey LEASE = ObjectKey.of("leases/one.json");
  private static final byte[] CONTENT = Impatient.random(3 << 20, 5);

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // started before each test
  private OpenSshServer server;

  @BeforeEach
  void start() throws Exception {
    server = OpenSshServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private Storage open() throws Exception {
    return SftpStorage.open(server.site("repository"), Impatient.TUNING);
  }

  @Test
  void anUploadGoesOnWhereTheConnectionBroke() throws Exception {
    try (Storage storage = open()) {
      try (ObjectWriter writer = storage.write(KEY)) {
        for (int at = 0; at < CONTENT.length; at += 1 << 20) {
          writer.write(CONTENT, at, 1 << 20);
          server.killConnections();
        }
        writer.commit();
      }
      assertThat(Impatient.content(storage, KEY)).isEqualTo(CONTENT);
    }
    nothingUnfinished();
  }

  @Test
  void anUploadGoesOnWhenTheServerStartedAnew() throws Exception {
    try (Storage storage = open()) {
      try (ObjectWriter writer = storage.write(KEY)) {
        writer.write(CONTENT, 0, 2 << 20);
        server.kill();
        server.launch();
        writer.write(CONTENT, 2 << 20, 1 << 20);
        writer.commit();
      }
      assertThat(Impatient.content(storage, KEY)).isEqualTo(CONTENT);
    }
  }

  @Test
  void whatTheServerLostIsNoticed() throws Exception {
    try (Storage storage = open();
        ObjectWriter writer = storage.write(KEY)) {
      writer.write(CONTENT, 0, 2 << 20);
      server.kill();
      Path unfinished = unfinished().getFirst();
      byte[] torn = Files.readAllBytes(unfinished);
      Arrays.fill(torn, 1000, 5000, (byte) 0);
      Files.write(unfinished, torn);
      server.launch();

      assertThatThrownBy(
              () -> {
                writer.write(CONTENT, 2 << 20, 1 << 20);
                writer.commit();
              })
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("the server has lost what it had taken");
    }
    try (Storage storage = open()) {
      assertThat(storage.stat(KEY)).isEmpty();
    }
  }

  @Test
  void aStreamGoesOnWhereTheConnectionBroke() throws Exception {
    try (Storage storage = open()) {
      Impatient.write(storage, KEY, CONTENT);
      try (InputStream in = storage.stream(KEY, 0)) {
        byte[] first = in.readNBytes(1_000_000);
        server.killConnections();
        byte[] rest = in.readAllBytes();

        assertThat(first).isEqualTo(Arrays.copyOf(CONTENT, first.length));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(CONTENT, first.length, CONTENT.length));
      }
    }
  }

  @Test
  void idleConnectionsThatWereDroppedAreMadeAnew() throws Exception {
    try (Storage storage = open()) {
      storage.create(LEASE, Impatient.bytes("one"));
      for (int i = 0; i < 3; i++) {
        server.killConnections();
        assertThat(Impatient.text(storage, LEASE)).isEqualTo("one");
      }
    }
  }

  @Test
  void aServerThatIsDownIsSaidToBe() throws Exception {
    server.kill();
    try (Storage storage =
        SftpStorage.open(
            server.site("repository"),
            Impatient.tuning(Duration.ofSeconds(2), Duration.ofSeconds(1)))) {
      StorageException e =
          catchThrowableOfType(
              StorageException.class, () -> storage.create(KEY, Impatient.bytes("x")));

      assertThat(e).hasMessageContaining(storage.description());
      assertThat(e.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("running"));
      server.launch();
      storage.create(KEY, Impatient.bytes("x"));
    }
  }

  @Test
  void aServerThatIsNotKnownIsRefused() throws Exception {
    Path known = folder.resolve("known_hosts");
    refused(new HostKey.KnownHosts(known), "is not known here", "ssh-keyscan -p ");
    TestKeys.generate(folder.resolve("other"), "");
    String other = TestKeys.publicLine(folder.resolve("other"));
    Files.writeString(known, "[127.0.0.1]:" + server.port() + " " + other + "\n");
    refused(new HostKey.KnownHosts(known), "has another key than the one that is known", "between");
    refused(new HostKey.Pinned(other), "has another key than the one that is known", "host-key");
    Files.writeString(known, "[127.0.0.1]:" + server.port() + " " + server.hostKey() + "\n");
    String revoked = "@revoked * " + server.hostKey() + "\n";
    Files.writeString(known, revoked + Files.readString(known));
    refused(new HostKey.KnownHosts(known), "is revoked", "Ask");
    assertThat(server.data().resolve("repository")).doesNotExist();

    Files.writeString(known, "[127.0.0.1]:" + server.port() + " " + server.hostKey() + "\n");
    SftpSite site = server.site("repository", new HostKey.KnownHosts(known), server.clientKey());
    try (Storage storage = SftpStorage.open(site, Impatient.TUNING)) {
      storage.create(KEY, Impatient.bytes("x"));
    }
  }

  private void refused(HostKey key, String message, String hint) {
    refused(server.site("repository", key, server.clientKey()), message, hint);
  }

  private static void refused(SftpSite site, String message, String hint) {
    try (Storage storage = SftpStorage.open(site, Impatient.TUNING)) {
      StorageException e =
          catchThrowableOfType(
              StorageException.class, () -> storage.create(KEY, Impatient.bytes("x")));

      assertThat(e).hasMessageContaining(message);
      assertThat(e.hint()).hasValueSatisfying(said -> assertThat(said).contains(hint));
    }
  }

  @Test
  void aKeyThatTheServerDoesNotKnowIsRefused() throws Exception {
    Path other = TestKeys.generate(folder.resolve("other"), "");
    HostKey host = new HostKey.Pinned(server.hostKey());
    refused(server.site("r", host, other), "does not let in the user", "authorized_keys");
    refused(server.site("r", host, folder.resolve("none")), "does not exist", "ssh-keygen");
    Path wrong = Files.writeString(folder.resolve("wrong"), "no key\n");
    refused(server.site("r", host, wrong), "could not read the private key", "ssh-keygen");
  }

  @Test
  void aKeyMayBeLocked() throws Exception {
    String words = "correct horse battery";
    Path locked = TestKeys.generate(folder.resolve("locked"), words);
    Files.writeString(
        server.folder().resolve("authorized_keys"), TestKeys.publicLine(locked) + "\n");
    refused(locked(locked, Optional.empty()), "is locked with a passphrase", "passphrase-file");
    StorageException e =
        catchThrowableOfType(
            StorageException.class,
            () -> {
              try (Storage storage =
                  SftpStorage.open(
                      locked(locked, Optional.of(secret("hunter2hunter2"))), Impatient.TUNING)) {
                storage.stat(KEY);
              }
            });
    assertThat(e).hasMessageContaining("is the passphrase right?");
    assertThat(e.toString() + e.getCause()).doesNotContain("hunter2hunter2");
    try (Storage storage =
        SftpStorage.open(locked(locked, Optional.of(secret(words))), Impatient.TUNING)) {
      storage.create(KEY, Impatient.bytes("x"));
    }
  }

  private SftpSite locked(Path key, Optional<SecretSource> passphrase) throws Exception {
    SftpSite site = server.site("repository");
    return new SftpSite(
        site.host(),
        site.port(),
        site.user(),
        site.path(),
        site.hostKey(),
        new Login.Identity(List.of(key), passphrase),
        1,
        false);
  }

  private static SecretSource secret(String text) {
    return () -> Secret.copyOf(text.getBytes(UTF_8));
  }

  @Test
  void aDirectoryThatIsNotOursIsSaidToBe() throws Exception {
    SftpSite site = server.site("/usr/lib/holdfast");
    refused(site, "permission denied", "has to own '/usr/lib/holdfast'");
  }

  @Test
  void whoeverDiedWhileHeChangedSomethingStopsNobody() throws Exception {
    try (Storage storage = open()) {
      storage.create(LEASE, Impatient.bytes("one"));
      String first = storage.read(LEASE).version();
      assertThat(storage.replace(LEASE, first, Impatient.bytes("two"))).isTrue();
      Path changes = server.data().resolve("repository/" + Changes.DIRECTORY);
      Files.move(changes.resolve("free"), changes.resolve("0123456789abcdef01234567"));

      assertThat(storage.deleteIf(LEASE, first)).isFalse();
      assertThat(storage.deleteIf(LEASE, storage.read(LEASE).version())).isTrue();
      try (var batons = Files.list(changes)) {
        assertThat(batons.map(Path::getFileName)).containsExactly(Path.of("free"));
      }
    }
  }

  @Test
  void twoProcessesLoseNoUpdate() throws Exception {
    int each = 15;
    try (Storage one = open();
        Storage two = open();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      one.create(LEASE, Impatient.bytes("0"));
      List<Callable<Boolean>> both = List.of(() -> count(one, each), () -> count(two, each));
      for (Future<Boolean> done : threads.invokeAll(both)) {
        assertThat(done.get()).isTrue();
      }
      assertThat(Impatient.text(one, LEASE)).isEqualTo(Integer.toString(2 * each));
    }
  }

  private static boolean count(Storage storage, int times) {
    for (int done = 0; done < times; ) {
      Versioned old = storage.read(LEASE);
      int next = Integer.parseInt(new String(old.content(), UTF_8)) + 1;
      if (storage.replace(LEASE, old.version(), Impatient.bytes(Integer.toString(next)))) {
        done++;
      }
    }
    return true;
  }

  @Test
  void aSiteThatLostItsFilesIsNotTakenForAnEmptyOne() throws Exception {
    try (Storage storage = open()) {
      storage.create(LEASE, Impatient.bytes("one"));
      Files.move(server.data().resolve("repository"), server.data().resolve("unmounted"));

      assertThatThrownBy(() -> storage.stat(LEASE)).hasMessageContaining("empty or gone now");
      assertThatThrownBy(() -> storage.create(KEY, new byte[1]))
          .hasMessageContaining("empty or gone now");
    }
  }

  private List<Path> unfinished() throws Exception {
    try (var all = Files.walk(server.data())) {
      return all.filter(path -> path.getFileName().toString().startsWith("~unfinished")).toList();
    }
  }

  private void nothingUnfinished() throws Exception {
    assertThat(unfinished()).isEmpty();
  }
}
